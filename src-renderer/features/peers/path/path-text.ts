import type { PathChange, PathReason, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { chainText } from '../hops/hop-chain.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Returns why a link isn't direct; undefined when it is, or when there is no path. */
export function directFailure({ link, pathMode }: PeerView): PathReason | undefined {
  // A link without any path has its own message.
  if (link?.state === 'reconnecting') return undefined;
  return link === null ? (pathMode === 'relay-only' ? 'relay-only' : undefined) : (link.why ?? undefined);
}

/** Names the hops that the link is restricted to, `office → lab`; undefined without any. */
export function onlyThrough({ pathVia }: Pick<PeerView, 'pathVia'>): string | undefined {
  return pathVia.length === 0 ? undefined : chainText(pathVia.map(({ name }) => quoteUntrusted(name)));
}

/** Describes the allowed paths for the end of a sentence. */
export function pathModeText(peer: Pick<PeerView, 'pathVia' | 'pathMode'>): string {
  const through = onlyThrough(peer);
  return through === undefined ? text(`peers.way.${peer.pathMode}`) : text('peers.way.via', { through });
}

/** Explains a change of path. Reasons against a direct path are possible too, when a path was given up because of them. */
export function reasonText(path: PathChange['path'], reason: PathReason): string {
  switch (reason) {
    case 'first':
    case 'better':
    case 'faster':
    case 'relay-only':
    case 'chosen':
    case 'peer-moved':
    case 'renewed':
    case 'remade':
      return text(`peers.path.history.${reason}`);
    case 'lost':
      return text(path === null ? 'peers.path.history.lost' : 'peers.path.history.replaced');
    default:
      return text('peers.path.history.other');
  }
}
