import { InvalidArgumentError, Option, type Command } from 'commander';
import { cleanName } from '#shared/visible-text/index.ts';
import type { CommandContext, CommonOptions, RelayFlags } from '../control/index.ts';

/** Work of a command; returns its exit code, or nothing for 0. */
export type Work = (context: CommandContext) => Promise<number | void>;

/** Runs a command's work with its context, reports errors and closes the context. */
export type Run = (options: CommonOptions, work: Work) => Promise<void>;

export type Registration = (program: Command, run: Run) => void;

/** The help of a command: its examples, and a description where the summary isn't enough. The main help leaves out hidden commands. */
export type CommandHelp = Readonly<{
  description?: string;
  examples: readonly (readonly [line: string, meaning: string])[];
  isHidden?: boolean;
}>;

/** Adds a command with the options that all commands have. */
export function addCommand(program: Command, name: string, summary: string, about: CommandHelp): Command {
  const width = Math.max(...about.examples.map(([line]) => line.length));
  const examples = about.examples.map(([line, meaning]) => `  $ ${line.padEnd(width)}  ${meaning}`.trimEnd());
  return program
    .command(name, { hidden: about.isHidden === true })
    .summary(summary)
    .description(about.description ?? `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .option('--json', 'print JSON instead of text')
    .option('--profile <dir>', 'keys and settings of this device (CLAWREACH_PROFILE)')
    .addOption(
      new Option('--answer-within <seconds>', 'end if nothing answers for so long (15); 0 waits on').argParser(
        parseWhole(0, 86_400),
      ),
    )
    .addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
}

/** Adds options for commands that may set up the relay. */
export function addRelayOptions(command: Command): Command {
  return command
    .option('--relay <url>', 'relay to use from now on, such as wss://relay.example:7474 (CLAWREACH_RELAY)')
    .option('--admission-stdin', "read the relay's admission token, for the first visit, from the standard input")
    .option('--admission-file <file>', 'read it from a file; else it is taken from CLAWREACH_ADMISSION, or asked')
    .option('--pin <hex>', "trust the relay's own certificate with this pin")
    .option('--insecure', 'allow ws:// to another machine');
}

/** Returns a parser for whole numbers in options. */
export function parseWhole(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= lowest && value <= highest)) {
      throw new InvalidArgumentError(`Expected a whole number from ${lowest} to ${highest}.`);
    }
    return value;
  };
}

/** Parses a name in an option. @throws {InvalidArgumentError} if no visible character remains */
export function parseName(text: string): string {
  if (cleanName(text) === '') throw new InvalidArgumentError('Expected a name with a letter, a digit or a sign.');
  return text;
}

export type { CommandContext, CommonOptions, RelayFlags };
