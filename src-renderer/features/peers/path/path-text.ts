import type { PathChange, PathReason, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { chainText } from '../hops/hop-chain.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Why a link does not run directly; undefined where it does, or where there is none to speak of. */
export function directFailure({ link, pathMode }: PeerView): PathReason | undefined {
  // Without any path there is more to say than that it is not direct.
  if (link?.state === 'reconnecting') return undefined;
  return link === null ? (pathMode === 'relay-only' ? 'relay-only' : undefined) : (link.why ?? undefined);
}

/** The machines that alone the link may lead through, `office → lab`; undefined where none were named. */
export function onlyThrough({ pathVia }: Pick<PeerView, 'pathVia'>): string | undefined {
  return pathVia.length === 0 ? undefined : chainText(pathVia.map(({ name }) => quoteUntrusted(name)));
}

/** The ways that the link to a peer may take, for the end of a sentence. */
export function pathModeText(peer: Pick<PeerView, 'pathVia' | 'pathMode'>): string {
  const through = onlyThrough(peer);
  return through === undefined ? text(`peers.way.${peer.pathMode}`) : text('peers.way.via', { through });
}

/** Why it changed. What explains a link that is not direct can stand here too, for a path that was given up because of it. */
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
