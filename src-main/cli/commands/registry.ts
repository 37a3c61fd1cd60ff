import { Help, InvalidArgumentError, Option, type Command } from 'commander';
import { cleanName } from '#shared/visible-text/index.ts';
import type { CommandContext, CommonOptions, RelayFlags } from '../control/index.ts';
import { UsageError } from '../errors.ts';
import { pad, wrap } from '../output/index.ts';

/** The work of a command. Returns its exit code, or nothing for 0. */
export type Work = (context: CommandContext) => Promise<number | void>;

/**
 * Runs the work of a command with a new context, reports its errors and closes the context. Passed to each registration
 * by program.ts.
 */
export type Run = (options: CommonOptions, work: Work) => Promise<void>;

/** Adds a command, with its options, help and action, to its parent. Each command module exports one. */
export type Registration = (program: Command, run: Run) => void;

/**
 * The help of a command. `description` is needed only where the summary isn't enough; the main help leaves out hidden
 * commands.
 */
export type CommandHelp = Readonly<{
  description?: string;
  examples: readonly (readonly [line: string, meaning: string])[];
  isHidden?: boolean;
}>;

/** Heading of the options that set up the relay. */
const RELAY = 'Relay:';
/** Heading of the options that every command has. */
const COMMON = 'Common options:';

/** Formats help as commander does. */
const HELP = new Help();

/** Groups options or commands under their headings: first the command's own, then the relay's, last those that every command has. */
function commonLast<Item extends Command | Option>(
  unsorted: Item[],
  visible: Item[],
  headingOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = HELP.groupItems(unsorted, visible, headingOf);
  for (const heading of [RELAY, COMMON]) {
    const options = groups.get(heading);
    if (options !== undefined && groups.delete(heading)) groups.set(heading, options);
  }
  return groups;
}

/** Least width for a meaning beside its term; in a narrower terminal it is below. */
const LEAST_BESIDE = 28;

/** Formats an argument, option or command of the help, with its meaning beside it, or below where there is little room. */
export function formatHelpItem(term: string, termWidth: number, meaning: string, { helpWidth = 80 }: Help): string {
  if (meaning === '') return `  ${term}`;
  const indent = termWidth + 4;
  if (helpWidth - indent < LEAST_BESIDE) return [`  ${term}`, ...wrap(`      ${meaning}`, helpWidth)].join('\n');
  const [first = '', ...more] = wrap(meaning, helpWidth - indent);
  return [`  ${pad(term, termWidth)}  ${first}`, ...more.map((line) => ' '.repeat(indent) + line)].join('\n');
}

/** Wraps help; a line with a term and its meaning goes on below the meaning. */
function wrapHelp(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const [term] = /^ {2,}\S.*? {2,}(?=\S)/.exec(line) ?? [];
      if (term === undefined || columns < HELP.minWidthToWrap) return HELP.boxWrap(line, columns);
      const [first = '', ...more] = wrap(line.slice(term.length), columns - term.length);
      return [term + first, ...more.map((part) => ' '.repeat(term.length) + part)];
    })
    .join('\n');
}

/**
 * Adds a command with the options that every command has (`--json`, `--profile`, `--answer-within`) and its examples. Used by every command module.
 * Runs nothing.
 */
export function addCommand(program: Command, name: string, summary: string, about: CommandHelp): Command {
  return program
    .command(name, { hidden: about.isHidden === true })
    .summary(summary)
    .description(about.description ?? `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .addOption(new Option('--json', 'print JSON instead of text').helpGroup(COMMON))
    .addOption(new Option('--profile <dir>', 'folder with keys and settings (CLAWREACH_PROFILE)').helpGroup(COMMON))
    .addOption(
      new Option(
        '--answer-within <seconds>',
        'give up on a silent machine, not on a person, after this time (default: 15; 0: never)',
      )
        .argParser(parseWhole(0, 86_400))
        .helpGroup(COMMON),
    )
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(COMMON))
    .configureHelp({ groupItems: commonLast, boxWrap: wrapHelp, formatItem: formatHelpItem })
    .addHelpText('after', ({ command }) =>
      ['', 'Examples:', ...formatExamples(about.examples, command.configureOutput().getOutHelpWidth?.() ?? 80)].join(
        '\n',
      ),
    );
}

/** Formats examples with their meanings beside them, or below where a line has no room. */
function formatExamples(examples: CommandHelp['examples'], columns: number): readonly string[] {
  const width = Math.max(...examples.map(([line]) => line.length));
  return examples.flatMap(([line, meaning]) => {
    const beside = `  $ ${line.padEnd(width)}  ${meaning}`.trimEnd();
    return beside.length <= columns ? [beside] : [`  $ ${line}`, ...wrap(`      ${meaning}`, columns)];
  });
}

/**
 * Adds the argument `[machine]`. Older scripts name the machine with `--peer`, which the help doesn't show.
 * @param about begins with "name or ID of the machine", from which completion knows it
 */
export function addMachine(command: Command, about: string): Command {
  return command.argument('[machine]', about).addOption(olderMachineOption());
}

/** Creates the option `--peer`, which the help doesn't show. */
export function olderMachineOption(): Option {
  return new Option('--peer <name>', 'older form of the argument').hideHelp();
}

/**
 * Returns the options with the machine of the argument, or else of `--peer`, as `peer`. Pure.
 * @throws {UsageError} `usage.command-line` if both are there and differ
 */
export function withMachine<Given extends Readonly<{ peer?: string }>>(
  machine: string | undefined,
  options: Given,
): Given {
  if (machine === undefined) return options;
  if (options.peer === undefined || options.peer === machine) return { ...options, peer: machine };
  const reason = `Two machines are named: ${machine} and, with --peer, ${options.peer}.`;
  throw new UsageError('usage.command-line', reason, { details: { reason, help: 'clawreach --help' } });
}

/** Options for commands that may set up the relay. */
const RELAY_OPTIONS = [
  ['--relay <url>', 'relay to use from now on, such as wss://relay.example:7474 (CLAWREACH_RELAY)'],
  ['--admission-stdin', "read the relay's admission token from standard input; a new machine needs it once"],
  [
    '--admission-file <file>',
    "read the admission token from a file; otherwise it's taken from CLAWREACH_ADMISSION, or you're asked",
  ],
  ['--pin <hex>', "trust the relay's own certificate if it has this pin"],
  ['--insecure', 'allow a relay without TLS (ws://), only for a network you trust'],
] as const;

/**
 * Adds `--relay`, `--admission-stdin`, `--admission-file`, `--pin` and `--insecure`, for commands that may set up the
 * relay. With `brief`, the help of the command names `config relay` in place of them: it is about something else.
 */
export function addRelayOptions(command: Command, { brief = false }: Readonly<{ brief?: boolean }> = {}): Command {
  for (const [flags, description] of RELAY_OPTIONS) {
    const option = new Option(flags, description).hideHelp(brief).helpGroup(RELAY);
    command.addOption(flags.startsWith('--relay ') ? option.argParser(parseRelay) : option);
  }
  if (!brief) return command;
  return command.addHelpText('after', '\nTakes the relay options of `clawreach config relay` as well.');
}

/** Returns the address of a relay as typed. @throws {InvalidArgumentError} for "none", which isn't a machine, and for an empty text */
function parseRelay(text: string): string {
  if (['', 'none'].includes(text.trim()))
    throw new InvalidArgumentError('Expected an address. To use no relay: `clawreach config relay none`.');
  return text;
}

/** Returns an option parser that accepts whole numbers between two bounds, inclusive. */
export function parseWhole(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= lowest && value <= highest)) {
      throw new InvalidArgumentError(`Expected a whole number from ${lowest} to ${highest}.`);
    }
    return value;
  };
}

/** Parses names with commas between them, of an option that may be there several times. Pure. */
export function parseNameList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((name) => name.trim())].filter((name) => name !== '');
}

/**
 * Parses names.
 * @throws {InvalidArgumentError} if the text has no visible character
 */
export function parseName(text: string): string {
  if (cleanName(text) === '') throw new InvalidArgumentError('Expected a name with at least one visible character.');
  return text;
}

export type { CommandContext, CommonOptions, RelayFlags };
