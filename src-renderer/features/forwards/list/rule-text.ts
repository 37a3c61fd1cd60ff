import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { formKindOf } from '../form/kinds.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Formats `host:port`; an IPv6 address gets brackets. All functions of this file return texts to show and have no effects. */
export function hostPortText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Describes the kind of a forward and its peer in a few words, for its row in the list and for the preview of an import. */
export function describeKind({ rule, peerName }: Pick<ForwardView, 'rule' | 'peerName'>): string {
  const kind = formKindOf(rule);
  if ((kind === 'folder' && peerName === null) || (rule.kind === 'ssh-tunnel' && rule.peer === null))
    return text(`forwards.kind.${kind}`);
  return text(`forwards.kind.at.${kind}`, { peer: peerText(peerName) });
}

/** Describes both ends of a forward: the address that programs connect to, and the target or machine behind it. Used in the same two places. */
export function describeRoute(
  view: Pick<ForwardView, 'rule' | 'peerName' | 'address'>,
): Readonly<{ from: string; to: string }> {
  const { rule } = view;
  const peer = peerText(view.peerName);
  const configured =
    rule.listen.port === 0
      ? text('forwards.route.any-port', { host: rule.listen.host })
      : hostPortText(rule.listen.host, rule.listen.port);
  const from = view.address ?? configured;
  switch (rule.kind) {
    case 'socks5':
    case 'http-proxy':
    case 'auto':
      return { from, to: text('forwards.route.everything', { peer }) };
    case 'udp':
    case 'wg-proxy':
      return { from, to: text('forwards.route.at', { address: hostPortText(rule.to.host, rule.to.port), peer }) };
    case 'tcp-bridge': {
      const target = hostPortText(rule.to.host, rule.to.port);
      return rule.direction === 'local'
        ? { from, to: text('forwards.route.at', { address: target, peer }) }
        : {
            from: text('forwards.route.at', { address: from, peer }),
            to: text('forwards.route.here', { address: target }),
          };
    }
    case 'ssh-tunnel': {
      const server = rule.server.host;
      if (rule.to === null) return { from, to: text('forwards.route.everything.ssh', { server }) };
      const target = hostPortText(rule.to.host, rule.to.port);
      return rule.direction === 'remote'
        ? {
            from: text('forwards.route.at', { address: from, peer: server }),
            to: text('forwards.route.here', { address: target }),
          }
        : { from, to: text('forwards.route.at', { address: target, peer: server }) };
    }
    case 'folder':
      return {
        from: rule.peer === undefined ? from : text('forwards.route.at', { address: from, peer }),
        to: quoteUntrusted(rule.path),
      };
  }
}

/** Returns a peer's name in quotes, or words for a removed peer when the name is null. */
export function peerText(name: string | null): string {
  return name === null ? text('forwards.peer.unknown') : quoteUntrusted(name);
}
