import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { formKindOf } from '../form/kinds.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Formats `host:port`, an IPv6 address in brackets. */
export function hostPortText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Describes the kind of a rule and its peer. */
export function describeKind({ rule, peerName }: Pick<ForwardView, 'rule' | 'peerName'>): string {
  const kind = formKindOf(rule);
  if (kind === 'folder' || (rule.kind === 'ssh-tunnel' && rule.peer === null)) return text(`forwards.kind.${kind}`);
  return text(`forwards.kind.at.${kind}`, { peer: peerText(peerName) });
}

/** Describes where a rule begins and leads. */
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
      return { from, to: text('forwards.route.at', { place: hostPortText(rule.to.host, rule.to.port), peer }) };
    case 'tcp-bridge': {
      const target = hostPortText(rule.to.host, rule.to.port);
      return rule.direction === 'local'
        ? { from, to: text('forwards.route.at', { place: target, peer }) }
        : {
            from: text('forwards.route.at', { place: from, peer }),
            to: text('forwards.route.here', { place: target }),
          };
    }
    case 'ssh-tunnel': {
      const server = rule.server.host;
      if (rule.to === null) return { from, to: text('forwards.route.everything.ssh', { server }) };
      const target = hostPortText(rule.to.host, rule.to.port);
      return rule.direction === 'remote'
        ? {
            from: text('forwards.route.at', { place: from, peer: server }),
            to: text('forwards.route.here', { place: target }),
          }
        : { from, to: text('forwards.route.at', { place: target, peer: server }) };
    }
    case 'folder':
      return { from, to: quoteUntrusted(rule.path) };
  }
}

export function peerText(name: string | null): string {
  return name === null ? text('forwards.peer.unknown') : quoteUntrusted(name);
}
