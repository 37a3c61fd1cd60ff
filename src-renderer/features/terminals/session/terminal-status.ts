import { linkOf, type Machine } from './machine.ts';
import type { Phase } from './phase.ts';

/** What is said of a terminal in a word: its phase, and for one that runs how the way to its machine does. */
export type TerminalStatus = Phase['kind'] | 'doubtful' | 'reconnecting';

export function terminalStatus(phase: Phase, machine: Machine): TerminalStatus {
  const link = linkOf(machine);
  return phase.kind !== 'running' || link === 'up' ? phase.kind : link;
}

/** The dot that goes with it. */
export function dotOf(status: TerminalStatus): 'online' | 'offline' | 'attention' | 'busy' {
  switch (status) {
    case 'running':
      return 'online';
    case 'connecting':
      return 'busy';
    case 'lost':
    case 'doubtful':
    case 'reconnecting':
    case 'approval':
    case 'failed':
      return 'attention';
    default:
      return 'offline';
  }
}
