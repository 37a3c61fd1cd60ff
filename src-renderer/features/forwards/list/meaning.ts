import type { ForwardRule, ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';
import { listensElsewhere } from '../form/kinds.ts';
import { hostPortText, peerText } from './rule-text.ts';

/** Hosts that stand for the machine itself. */
const ITSELF: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * Describes the effect of a forward in a few words, such as "Port 3000 on office". Pure, like all functions of this file.
 * @param all saved forwards: a port on a peer that leads to a shared folder is described by that folder
 */
export function describeMeaning(forward: ForwardView, all: readonly ForwardView[]): string {
  const { rule } = forward;
  const peer = peerText(forward.peerName);
  switch (rule.kind) {
    case 'socks5':
    case 'http-proxy':
    case 'auto':
      return text(`forwards.meaning.${rule.kind}`, { peer });
    case 'udp':
      return at('udp', rule.to, peer);
    case 'wg-proxy':
      return text('forwards.meaning.wg-proxy', { address: hostPortText(rule.to.host, rule.to.port), peer });
    case 'tcp-bridge': {
      if (rule.direction === 'local') return at('port-here', rule.to, peer);
      const folder = folderBehind(rule, all);
      return folder === undefined
        ? text('forwards.meaning.port-there', { address: hostPortText(rule.to.host, rule.to.port), peer })
        : text('forwards.meaning.folder-there', { path: quoteUntrusted(folder), peer });
    }
    case 'ssh-tunnel': {
      const server = quoteUntrusted(rule.server.host);
      if (rule.to === null) return text('forwards.meaning.ssh.dynamic', { server });
      const address = hostPortText(rule.to.host, rule.to.port);
      return text(rule.direction === 'remote' ? 'forwards.meaning.ssh.remote' : 'forwards.meaning.ssh.local', {
        address,
        server,
      });
    }
    case 'folder':
      return rule.peer === undefined
        ? text('forwards.meaning.folder', { path: quoteUntrusted(rule.path) })
        : text('forwards.meaning.folder-there', { path: quoteUntrusted(rule.path), peer });
  }
}

function at(kind: 'udp' | 'port-here', { host, port }: Readonly<{ host: string; port: number }>, peer: string): string {
  return ITSELF.has(host)
    ? text(`forwards.meaning.${kind}.itself`, { port, peer })
    : text(`forwards.meaning.${kind}`, { address: hostPortText(host, port), peer });
}

/** Returns the path of the folder that this port on a peer leads to; undefined if it leads elsewhere. */
function folderBehind(
  rule: Extract<ForwardRule, Readonly<{ kind: 'tcp-bridge' }>>,
  all: readonly ForwardView[],
): string | undefined {
  if (!ITSELF.has(rule.to.host)) return undefined;
  const folder = all.find((other) => other.rule.kind === 'folder' && localPortOf(other) === rule.to.port);
  return folder?.rule.kind === 'folder' ? folder.rule.path : undefined;
}

/** Returns the port that the forward opens; while it is closed, the configured one. */
export function localPortOf({ address, rule }: ForwardView): number {
  const port = Number(/:(\d+)$/.exec(address ?? '')?.[1]);
  return Number.isInteger(port) && port > 0 ? port : rule.listen.port;
}

/** Address that programs connect to. `on`: machine whose programs do, if it isn't this one. */
export type ForwardAddress = Readonly<{ address: string; on?: string }>;

/** Returns the address that programs connect to; a URL for a folder, which browsers of another machine open. */
export function addressOf(forward: ForwardView): ForwardAddress {
  const { rule, peerName } = forward;
  const port = localPortOf(forward);
  const machine = rule.kind === 'ssh-tunnel' ? quoteUntrusted(rule.server.host) : peerText(peerName);
  const there = listensElsewhere(rule) ? { on: text('forwards.address.on', { machine }) } : {};
  if (port === 0) return { address: text('forwards.route.any-port', { host: rule.listen.host }), ...there };
  const host = forward.address ?? hostPortText(rule.listen.host, port);
  const address = host.replace(/^127\.0\.0\.1:/, 'localhost:');
  return { address: rule.kind === 'folder' ? `http://${address}` : address, ...there };
}
