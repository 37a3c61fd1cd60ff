import { linkOf, type Machine } from './machine.ts';
import type { Phase } from './phase.ts';

/** What is said of a terminal in a word: its phase, and for one that runs how the way to its machine does. */
export type Standing = Phase['kind'] | 'doubtful' | 'reconnecting';

export function standingOf(phase: Phase, machine: Machine): Standing {
  const link = linkOf(machine);
  return phase.kind !== 'running' || link === 'up' ? phase.kind : link;
}
