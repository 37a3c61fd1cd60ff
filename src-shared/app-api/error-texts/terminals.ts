import type { ErrorText } from './text.ts';

export const TERMINALS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'terminal.params': {
    what: 'The terminal was not opened.',
    why: 'The other device did not accept the request: {message}.',
    next: 'Update ClawReach on both devices; they may not be of the same version.',
  },
  'terminal.too-many': {
    what: 'No more terminals can be opened there.',
    why: 'A device keeps at most 32 terminals for each peer, and 256 in all.',
    next: 'Close some: `clawreach terminals NAME` shows those that still run, and `clawreach connect NAME --terminal ID` takes one up.',
  },
  'terminal.too-many-left': {
    what: 'The command was not started.',
    why: 'Commands of this device have left 32 programs or more running in the background there.',
    next: 'End some of them: `clawreach connect NAME` opens a terminal there.',
  },
  'terminal.unknown': {
    what: 'That terminal does not exist any more.',
    why: 'Its program has ended, or nobody came back to it for ten minutes.',
    next: 'Open a new one.',
  },
  'terminal.spawn': {
    what: 'The terminal could not be started.',
    why: '{message}',
    next: 'Try again; if it stays, look at the log of the agent on the other device.',
  },
  'terminal.command-not-found': {
    what: 'The program was not found.',
    why: 'The other device has no program of that name, or may not run it.',
    next: 'Check the spelling, or give its full path.',
  },
  'terminal.no-folder': {
    what: 'The folder was not found.',
    why: 'The other device has no such folder, or may not look into it. A command runs in the folder that was asked for, or not at all.',
    next: 'Check the path, or leave the folder out: the command then runs in the home folder there.',
  },
  'terminal.host-lost': {
    what: 'The terminal was lost.',
    why: 'The process that holds the terminals on the other device ended unexpectedly.',
    next: 'Open a new one; if it happens again, look at the log of the agent there.',
  },
  'terminal.host-failed': {
    what: 'Terminals cannot be opened there at the moment.',
    why: 'The process that holds them has ended unexpectedly several times within minutes.',
    next: 'Wait five minutes, or restart the agent on the other device.',
  },
  'terminal.taken-over': {
    what: 'The terminal is open elsewhere now.',
    why: 'It was opened again, in another window or program or on another of your devices, and has one viewer at a time.',
    next: 'Open it here again to take it back.',
  },
  'terminal.revoked': {
    what: 'The terminal was closed by the other device.',
    why: 'The right to open terminals there was taken back.',
    next: 'Ask the person at that device.',
  },
  'terminal.protocol': {
    what: 'The terminal was closed.',
    why: 'The other device sent something that is not part of the protocol.',
    next: 'Update ClawReach on both devices.',
  },
  'terminal.shutdown': {
    what: 'The terminal was closed.',
    why: 'ClawReach is shutting down on the other device.',
    next: 'Try again when it runs again.',
  },
  'terminal.no-pipes': {
    what: 'The command was not run.',
    why: 'The other device runs an older version of ClawReach, which runs commands on a terminal only: bytes would not arrive as they are.',
    next: 'Update ClawReach there, or run it on a terminal with `-tt`.',
  },
  'terminal.ended': {
    what: 'The terminal has ended.',
    why: 'Its program is over, so it takes no more input.',
    next: 'Open a new one.',
  },
};
