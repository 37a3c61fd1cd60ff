import { linkOf, type Machine } from './machine.ts';
import { hasLostAccess, isOver, type Phase } from './phase.ts';

/** Status of a terminal: its phase, or the state of its link if the terminal runs and the link is doubtful or lost. */
export type TerminalStatus = Phase['kind'] | 'doubtful' | 'reconnecting';

/** Returns the status that the window shows for a terminal, in tabs, headers, bars and dialogs. Pure. */
export function terminalStatus(phase: Phase, machine: Machine): TerminalStatus {
  if (hasEnded(phase, machine)) return phase.kind === 'failed' ? 'ended' : phase.kind;
  const link = linkOf(machine);
  return phase.kind !== 'running' || link === 'up' ? phase.kind : link;
}

/**
 * Reports whether a terminal has ended, or never was opened, and its machine opens another: also one that ended with a pairing or a permission which
 * is back. Any other failure has its cause and its remedy in the pane. Pure.
 */
export function hasEnded(phase: Phase, machine: Machine): boolean {
  return phase.kind === 'failed' ? hasLostAccess(phase) && isAccessBack(phase.code, machine) : isOver(phase);
}

function isAccessBack(code: string, machine: Machine): boolean {
  if (machine.kind !== 'peer' || machine.peer === undefined || machine.peer.forgottenAt !== undefined) return false;
  const right = machine.peer.rightsThere?.rights.terminal;
  // A new pairing counts until it is known to deny terminals; a permission that was taken back, when it is known to be back.
  return right === undefined ? code !== 'terminal.revoked' : right !== 'deny';
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
