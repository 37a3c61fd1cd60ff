import type { PeerView } from '#shared/app-api/index.ts';
import type { Phase } from './phase.ts';

/** What is said of a terminal in a word: its phase, and for one that runs how its link does. */
export type Standing = Phase['kind'] | 'doubtful' | 'reconnecting';

export function standingOf(phase: Phase, peer: Pick<PeerView, 'link'> | undefined): Standing {
  const link = peer?.link ?? null;
  return phase.kind !== 'running' || link === null || link.state === 'up' ? phase.kind : link.state;
}
