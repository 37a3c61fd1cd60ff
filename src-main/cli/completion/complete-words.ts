import { RootCommand, type Command as Completed } from '@bomb.sh/tab';
import type { Command } from 'commander';
import type { Names } from './names.ts';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/**
 * Prints the words that can come next for the shell's completion script: one per line, with a tab and a description; the last line holds
 * directives.
 * @param words the words after the program's name; the last one is being typed and may be empty
 */
export function completeWords(program: Command, words: readonly string[], names: Names): void {
  const root = new RootCommand();
  describe(program, root, names);
  addCommands(program.createHelp().visibleCommands(program), '', root, names);
  // Aliases that the help hides are completed once their whole name is typed.
  const aliases = program.commands.filter((command) => command.commands.length > 0 && words.includes(command.name()));
  addCommands(aliases, '', root, names);
  root.parse([...words]);
}

/** Adds commands and all commands below them, each under its full path. */
function addCommands(commands: readonly Command[], path: string, root: RootCommand, names: Names): void {
  for (const command of commands) {
    for (const name of [command.name(), ...command.aliases()]) {
      const fullPath = `${path}${name}`;
      describe(command, root.command(fullPath, command.summary() || command.description()), names);
      addCommands(command.createHelp().visibleCommands(command), `${fullPath} `, root, names);
    }
  }
}

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
  for (const argument of command.registeredArguments)
    completed.argument(
      argument.name(),
      offer(argument.argChoices, kindOfName(argument.description), names),
      argument.variadic,
    );
}

/** Options whose value is a name, whatever their description says. */
const NAME_OPTIONS: Readonly<Record<string, keyof Names>> = {
  peer: 'peer',
  via: 'peer',
  with: 'peer',
  gateway: 'gateway',
};

/** Reads from a description such as "name or ID of the machine" what kind of name a value is. */
function kindOfName(description: string): keyof Names | undefined {
  const [, noun] = /\bname(?: or ID)? of (?:the|a) (machine|gateway|forward)\b/i.exec(description) ?? [];
  return noun === 'machine' ? 'peer' : (noun as 'gateway' | 'forward' | undefined);
}

/** Returns a callback that offers the choices, or else the names of that kind. */
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
