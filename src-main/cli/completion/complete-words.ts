import { RootCommand, type Command as Completed } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { markRemoteCommand } from '../remote-command.ts';
import type { Names } from './names.ts';

/** Shells with a completion script. */
export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/**
 * Prints the words that can come next, for a shell's completion script: one per line, with a tab and a description. The
 * last line tells the script how to use them. Called by `clawreach complete`.
 * @param words the words after the program's name; the last one is being typed and may be empty
 * @param names names of machines, gateways and forwards to offer
 */
export function completeWords(program: Command, words: readonly string[], names: Names): void {
  const root = new RootCommand();
  describe(program, root, names);
  addCommands(program.createHelp().visibleCommands(program), '', root, names);
  // Aliases that the help hides are completed once their whole name is typed.
  const aliases = program.commands.filter((command) => command.commands.length > 0 && words.includes(command.name()));
  addCommands(aliases, '', root, names);
  // `help` takes the words of a command.
  const asked = words[0] === 'help' && words.length > 1 ? words.slice(1) : words;
  root.parse([...(isInRemoteCommand(program, words) ? ['connect', 'NAME', 'COMMAND', ''] : withValue(program, asked))]);
}

/**
 * Joins the value that is typed to its option, `--on=` and the rest. The library takes the option for one without a value if any other command has such a one
 * of its name.
 */
function withValue(program: Command, words: readonly string[]): readonly string[] {
  const [option = '', value = ''] = words.slice(-2);
  if (words.length < 2 || !option.startsWith('--') || option.includes('=') || value.startsWith('-')) return words;
  let command = program;
  for (const word of words) {
    const next = command.commands.find((known) => known.name() === word || known.aliases().includes(word));
    if (next === undefined && !word.startsWith('-')) break;
    command = next ?? command;
  }
  const takesValue = command.options.some(({ long, required, optional }) => long === option && (required || optional));
  return takesValue ? [...words.slice(0, -2), `${option}=${value}`] : words;
}

/** Tells whether the word that is typed belongs to the command for the other machine of `connect`, whose options aren't those of `connect`. */
function isInRemoteCommand(program: Command, words: readonly string[]): boolean {
  const connect = program.commands.find((known) => known.name() === 'connect');
  if (connect === undefined || words[0] !== 'connect') return false;
  const marked = markRemoteCommand(words.slice(0, -1), 0, [connect, program]);
  return marked.includes('--');
}

/** Adds commands to the completion, each under its full path, such as `forward add`. */
function addCommands(commands: readonly Command[], path: string, root: RootCommand, names: Names): void {
  for (const command of commands) {
    for (const name of [command.name(), ...command.aliases()]) {
      const fullPath = `${path}${name}`;
      describe(command, root.command(fullPath, command.summary() || command.description()), names);
      addCommands(command.createHelp().visibleCommands(command), `${fullPath} `, root, names);
    }
  }
}

/** Adds the options and arguments of a command to the completion. */
function describe(command: Command, completed: Completed, names: Names): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const long = option.long?.slice(2);
    if (long === undefined) continue;
    const short = option.short?.slice(1);
    if (!option.required && !option.optional) completed.option(long, option.description, short);
    else {
      const kind = kindOfName(option.description) ?? NAME_OPTIONS[long];
      completed.option(long, option.description, offer(option.argChoices, kind, names), short);
    }
  }
  for (const argument of command.registeredArguments) {
    // After the machine, `share` takes a terminal of it: its names are there only then.
    const isTerminal = / and the ID of the terminal\b/.test(argument.description) && names.terminal.length > 0;
    const kind = isTerminal ? 'terminal' : kindOfName(argument.description);
    completed.argument(argument.name(), offer(argument.argChoices, kind, names), argument.variadic);
  }
}

/** Options whose value is a name of that kind. */
const NAME_OPTIONS: Readonly<Record<string, keyof Names>> = {
  peer: 'peer',
  on: 'peer',
  via: 'peer',
  with: 'peer',
  gateway: 'gateway',
  terminal: 'terminal',
};

/** Returns the kind of name that a description asks for, such as a machine for "name or ID of the machine". */
function kindOfName(description: string): keyof Names | undefined {
  if (/^ID of the transfer\b/.test(description)) return 'transfer';
  if (/^name of the saved command\b/.test(description)) return 'savedCommand';
  const [, noun] =
    /\bname(?: or (?:ID|host))? of (?:the|a) (machine|group|gateway|forward|plain relay)\b/i.exec(description) ?? [];
  if (noun === 'plain relay') return 'plainRelay';
  return noun === 'machine' ? 'peer' : (noun as 'group' | 'gateway' | 'forward' | undefined);
}

/** Returns a callback that offers the choices of an argument, or else the names of that kind. */
function offer(
  choices: readonly string[] | undefined,
  kind: keyof Names | undefined,
  names: Names,
): (complete: (value: string, description: string) => void) => void {
  const offered = choices?.map((choice) => [choice, ''] as const) ?? (kind === undefined ? [] : names[kind]);
  return (complete) => {
    for (const [value, description] of offered) complete(value, description);
  };
}
