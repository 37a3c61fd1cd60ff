import type { PathChange, PathReason, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';

/** Why a link does not run directly; undefined where it does, or where there is none to speak of. */
export function whyNotDirect({ link, pathMode }: PeerView): PathReason | undefined {
  // Without any path there is more to say than that it is not direct.
  if (link?.state === 'reconnecting') return undefined;
  return link === null ? (pathMode === 'relay-only' ? 'relay-only' : undefined) : (link.why ?? undefined);
}

/** Why it changed. What explains a link that is not direct can stand here too, for a path that was given up because of it. */
export function reasonText(path: PathChange['path'], reason: PathReason): string {
  switch (reason) {
    case 'first':
    case 'better':
    case 'relay-only':
    case 'chosen':
    case 'peer-moved':
    case 'renewed':
      return text(`peers.path.history.${reason}`);
    case 'lost':
      return text(path === null ? 'peers.path.history.lost' : 'peers.path.history.replaced');
    default:
      return text('peers.path.history.other');
  }
}
