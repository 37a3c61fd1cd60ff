import type { ErrorText } from './text.ts';

/** This machine as a node of gateways. */
export const NODE_TEXTS: Readonly<Record<string, ErrorText>> = {
  'node.any-arguments': {
    what: '{program} cannot be allowed with any arguments.',
    why: 'Its arguments could make it start a program, load code or write a file, so this could let a gateway run anything here.',
    next: 'Allow it with exactly the arguments that are wanted, or answer when the gateway asks.',
  },
  'node.unpinned': {
    what: 'This command can load other files, so it can only be allowed once: {command}',
    why: 'A rule holds as long as everything that decides what runs stays as it is; what this command loads cannot be known.',
    next: 'Answer when the gateway asks, or put the commands into a script for sh and allow that. `clawreach node allow --unpinned` allows it all the same.',
  },
  'node.program-unknown': {
    what: '{program} is not found on this machine.',
    why: 'No folder of the PATH of the agent holds a program of that name, or the folder it is to run in is not there.',
    next: 'Give the whole path of the program, from the root on.',
  },
  'node.rules-full': {
    what: 'There are too many rules.',
    why: 'A gateway that runs as much as that is hard to follow for anybody; there can be {most} rules.',
    next: 'Remove rules that are not used any more, or allow a program with any arguments.',
  },
  'node.run-over': {
    what: 'This run is over.',
    why: 'The program has ended, or was never started.',
    next: 'Look at the list of runs again.',
  },
};
