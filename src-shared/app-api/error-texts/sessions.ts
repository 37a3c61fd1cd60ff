import type { ErrorText } from './text.ts';

/** History, recordings, shared terminals. */
export const SESSIONS_TEXTS: Readonly<Record<string, ErrorText>> = {
  'usage.history-kind': {
    what: 'The history has no kind called {kind}.',
    why: 'Kinds are: {kinds}.',
    next: 'See `clawreach history --help`.',
  },
  'usage.recording-ambiguous': {
    what: 'More than one recording begins with {id}.',
    why: 'These do: {candidates}.',
    next: 'Type more of the id.',
  },
  'usage.share': {
    what: 'Which terminal is to be shared, and with whom?',
    why: 'The peer it runs on (or --here), its id, and --with or --stop are needed.',
    next: 'Such as `clawreach share office 3fa9 --with lena`; `clawreach terminals office` shows the ids.',
  },
  'usage.share-terminal': {
    what: 'There is no terminal {terminal} of yours there.',
    why: 'An id has 32 digits from 0 to f; its beginning is enough where it fits one terminal.',
    next: 'See `clawreach terminals NAME`, or `clawreach share --here`.',
  },
  'usage.watch': {
    what: 'There is not one shared terminal that is meant.',
    why: '{count} terminals on {name} that are shared with you fit.',
    next: 'See `clawreach watch {word} --list`.',
  },
  'usage.factor': {
    what: '“{text}” is not a number that fits.',
    why: 'It is from 0.1 to 100.',
    next: 'Such as 2 or 0.5.',
  },
  'usage.on-off': {
    what: '{option} cannot be “{text}”.',
    why: 'It takes on or off.',
    next: 'Type on or off behind it.',
  },
  'terminal.share-refused': {
    what: 'The terminal was not shared.',
    why: 'The device it runs on does not know that peer, or does not let it look on at terminals.',
    next: 'Pair the two, or allow it there: `clawreach rights NAME --allow view`.',
  },
  'terminal.too-many-viewers': {
    what: 'No more can look on at this terminal.',
    why: 'A terminal is shared with at most 8 peers, and 8 can look on at a time, two for each peer.',
    next: 'End it for somebody else first.',
  },
  'terminal.unshared': {
    what: 'The terminal is not shared with you any more.',
    why: 'Whoever has it has ended that.',
    next: 'Ask them to share it again.',
  },
  'terminal.view-only': {
    what: 'This terminal is for looking on only.',
    why: 'Something was sent to it that would have used it.',
    next: 'Look on again; to use a terminal, open one of your own.',
  },
  'recording.unknown': {
    what: 'There is no such recording.',
    why: 'It was deleted, or its name is another one.',
    next: '`clawreach recordings list` shows those that are there.',
  },
  'recording.unavailable': {
    what: 'Nothing can be recorded here.',
    why: 'This agent has no place for recordings.',
    next: 'Restart ClawReach; if it stays, look at its log.',
  },
  'recording.running': {
    what: 'The recording still runs.',
    why: 'What is being written cannot be deleted.',
    next: 'Stop it first.',
  },
  'recording.too-many': {
    what: 'No more recordings can run, or be kept.',
    why: 'This device keeps at most 1000 recordings and writes 32 at a time.',
    next: 'Delete some that you do not need.',
  },
  'recording.full': {
    what: 'The recording was stopped.',
    why: 'It has reached 64 MiB, the most for one recording.',
    next: 'Start another one; what was recorded is kept.',
  },
  'recording.no-room': {
    what: 'The recording was not started, or was stopped.',
    why: 'All recordings together have reached 1 GiB, the most that this device keeps.',
    next: 'Delete some that you do not need.',
  },
  'recording.slow': {
    what: 'The recording was stopped.',
    why: 'The disk takes less than the terminal shows, and the terminal was not to wait.',
    next: 'Start it again; what was recorded until then is kept.',
  },
  'recording.failed': {
    what: 'The recording was stopped.',
    why: 'Its file could not be written: {reason}.',
    next: 'Make room on the disk, or look at the rights of the profile folder.',
  },
  'recording.format': {
    what: 'The recording cannot be played.',
    why: 'It is damaged, or no recording of version 2 of asciicast.',
    next: 'Export it and look at it with another program.',
  },
};
