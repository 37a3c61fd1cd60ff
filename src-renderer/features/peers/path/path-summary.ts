import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { onlyThrough } from './path-text.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Kinds of path that people tell apart. `direct-lan`: direct within the local network. `via`: through hops. */
export type PathSummary = 'direct-lan' | 'direct' | 'relay' | 'via' | 'offline';

/** Returns the kind of path to a peer; `offline` without one. Used by `PathChip` and `PathDetails`. Pure. */
export function pathSummary(peer: Pick<PeerView, 'path' | 'address'>): PathSummary {
  if (peer.path !== 'direct') return peer.path;
  return peer.address !== null && isLocalAddress(peer.address) ? 'direct-lan' : 'direct';
}

/** Names the path of a peer for the chip, with its hops; a link that reconnects is named as such. */
export function pathSummaryText(peer: Pick<PeerView, 'path' | 'address' | 'link' | 'pathVia'>): string {
  if (peer.link?.state === 'reconnecting') return text('peers.reach.reconnecting');
  const summary = pathSummary(peer);
  const via = peer.link?.via;
  // Without a link: the route that it will take.
  const through = peer.link === null && summary !== 'offline' ? onlyThrough(peer) : undefined;
  if (through !== undefined) return text('peers.reach.via.name', { name: through });
  return summary === 'via' && typeof via === 'string'
    ? text('peers.reach.via.name', { name: quoteUntrusted(via) })
    : text(`peers.reach.${summary}`);
}

/** Reports whether the host of `host:port` is not reachable over the internet: loopback, link-local or a private network. */
export function isLocalAddress(address: string): boolean {
  const host = hostOf(address);
  const mapped = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/u.exec(host);
  if (mapped !== null) {
    const [first, second] = [Number(mapped[1]), Number(mapped[2])];
    return (
      first === 10 ||
      first === 127 ||
      (first === 172 && second >= 16 && second <= 31) ||
      (first === 192 && second === 168) ||
      (first === 169 && second === 254)
    );
  }
  // RFC 4193 (fc00::/7) and RFC 4291 (fe80::/10, ::1).
  return host === '::1' || /^f[cd][0-9a-f]{2}:/u.test(host) || /^fe[89ab][0-9a-f]:/u.test(host);
}

function hostOf(address: string): string {
  const bracketed = /^\[([^\]]*)\]/u.exec(address);
  return (bracketed?.[1] ?? address.replace(/:\d+$/u, '')).toLowerCase();
}
