import { linkOf, type Machine } from './machine.ts';
import type { Phase } from './phase.ts';

/** Status of a terminal: its phase, or the state of its link if the terminal runs and the link is doubtful or lost. */
export type TerminalStatus = Phase['kind'] | 'doubtful' | 'reconnecting';

/** Returns the status that the window shows for a terminal, in tabs, headers, bars and dialogs. Pure. */
export function terminalStatus(phase: Phase, machine: Machine): TerminalStatus {
  const link = linkOf(machine);
  return phase.kind !== 'running' || link === 'up' ? phase.kind : link;
}

/** Returns the look of the status dot. Pure. */
export function dotOf(status: TerminalStatus): 'online' | 'offline' | 'waiting' | 'failed' {
  switch (status) {
    case 'running':
      return 'online';
    case 'connecting':
    case 'away':
    case 'lost':
    case 'doubtful':
    case 'reconnecting':
    case 'approval':
      return 'waiting';
    case 'failed':
      return 'failed';
    default:
      return 'offline';
  }
}
