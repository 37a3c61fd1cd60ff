import { EXIT_TEXTS } from './exit-codes.ts';
import { pad, wrap, type Style } from './output/index.ts';

/** A command of the short help: its words, with their arguments, and what it is for. */
export type DailyCommand = readonly [words: string, text: string];

/**
 * Commands of `clawreach --help`, under their headings: those that people need every day, in at most 40 lines of 80
 * columns. `clawreach help --all` lists every command.
 */
export const DAILY_COMMANDS: readonly (readonly [heading: string, commands: readonly DailyCommand[]])[] = [
  [
    'Start here:',
    [
      ['pair', 'on the machine you want to reach: show a code'],
      ['pair -', 'on this machine: enter that code; compare four words on both'],
      ['confirm', 'compare the words later, if you left that open'],
      ['connect NAME', 'open a terminal on a machine, or run a command there'],
      ['list', 'your machines, how they are reached, what they may do here'],
    ],
  ],
  [
    'Machines:',
    [
      ['forward', 'reach their ports and networks from here'],
      ['terminals NAME', 'what is still running there'],
      ['share, watch', "let someone watch a terminal, or watch someone's"],
      ['ping, path', 'round trip and route to a machine'],
      ['rename, forget', 'rename or remove a machine'],
    ],
  ],
  [
    'Permissions:',
    [
      ['rights NAME', 'what a machine may do here'],
      ['approvals', 'answer requests of your machines'],
      ['history, audit', 'who used this machine, and what happened on it'],
    ],
  ],
  [
    'Agents and OpenClaw:',
    [
      ['message', 'exchange messages with agents of your machines'],
      ['agent, mcp', 'the agents here, and tools for a program behind one'],
      ['gateway', 'your gateways; also: requests, devices, nodes'],
      ['prompt NAME', 'send a prompt to the OpenClaw of a machine'],
    ],
  ],
  [
    'This machine:',
    [
      ['status', 'whether ClawReach is running, its relay and connections'],
      ['run, stop', 'run ClawReach without a window, or stop it'],
      ['ui', 'open the window in a browser'],
      ['config', 'relay and name; also: service, network, relay-server'],
      ['diagnose', 'a report for someone who helps you'],
    ],
  ],
];

/** Columns of a command in the short help, with the spaces after it. */
const COMMAND_COLUMNS = 18;

/** Returns `clawreach --help`. Pure. @param columns width of the terminal */
export function shortHelp(style: Style, columns: number): string {
  const row = (words: string, text: string): readonly string[] => {
    const [first = '', ...more] = wrap(text, Math.max(20, columns - COMMAND_COLUMNS));
    return [`  ${pad(words, COMMAND_COLUMNS - 2)}${first}`, ...more.map((line) => ' '.repeat(COMMAND_COLUMNS) + line)];
  };
  return [
    'Usage: clawreach <command> [options]',
    '',
    ...wrap('Reach your machines: pair once, then open end-to-end encrypted terminals.', columns),
    ...DAILY_COMMANDS.flatMap(([heading, commands]) => [
      '',
      style.bold(heading),
      ...commands.flatMap(([words, text]) => row(words, text)),
    ]),
    '',
    ...row('COMMAND --help', 'its options, with examples; --json works with every command'),
    ...row('help --all', 'all commands and exit codes'),
    '',
  ].join('\n');
}

/** Returns the end of `clawreach help --all`: environment variables and exit codes. Pure. @param columns width of the terminal */
export function allHelpEnd(columns: number): string {
  return [
    "The relay is taken from --relay, CLAWREACH_RELAY or the settings (`clawreach config relay URL`), in this order. If none is set, you're asked.",
    'Set NO_COLOR to turn off colors. Command lines of the relay connector work too; with a URL that ends with /functions/v1, the code is one of a ' +
      'plain relay, which can read what it carries (`clawreach plain-relay --help`):',
    '  $ clawreach --pair CODE --name N --api URL --config FILE --shell PATH',
    '  (--pair - reads the code from standard input)',
    '',
    'Exit codes:',
    ...EXIT_TEXTS.flatMap(([code, meaning]) => {
      const [first = '', ...more] = wrap(meaning, Math.max(20, columns - 7));
      return [`  ${String(code).padStart(3)}  ${first}`, ...more.map((line) => ' '.repeat(7) + line)];
    }),
    '  `connect` returns the exit code of the program there, or 128 + n if signal n ended it.',
  ]
    .flatMap((line) => wrap(line, columns))
    .join('\n');
}
