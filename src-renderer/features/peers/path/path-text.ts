import type { PathChange, PathReason, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { chainText } from '../hops/hop-chain.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Returns the reason why a link isn't direct; undefined when it is, or while it has no path. */
export function directFailure({ link, pathMode }: PeerView): PathReason | undefined {
  // A link without any path has its own message.
  if (link?.state === 'reconnecting') return undefined;
  return link === null ? (pathMode === 'relay-only' ? 'relay-only' : undefined) : (link.why ?? undefined);
}

/** Names the hops that the person restricted the link to, `office → lab`; undefined without any. */
export function onlyThrough({ pathVia }: Pick<PeerView, 'pathVia'>): string | undefined {
  return pathVia.length === 0 ? undefined : chainText(pathVia.map(({ name }) => quoteUntrusted(name)));
}

/** Describes the allowed paths of a peer as the end of a sentence. Used by the form of a forward. */
export function pathModeText(peer: Pick<PeerView, 'pathVia' | 'pathMode'>): string {
  const through = onlyThrough(peer);
  return through === undefined ? text(`peers.path-mode.${peer.pathMode}`) : text('peers.path-mode.via', { through });
}

/**
 * Explains one change of a link's path. Used by the details of a path and by the history page.
 * @param path the new path; null when the path was lost
 */
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
