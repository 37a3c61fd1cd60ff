import { RootCommand, type Command as Completed } from '@bomb.sh/tab';
import type { Command } from 'commander';
import type { Names } from './names.ts';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/**
 * Prints what can follow, a line each as the shell's script reads it: the word, a tab, what it means; then a line with a directive.
 * @param words behind the program's name; the last one is being typed, and empty after a blank
 */
export function completeWords(program: Command, words: readonly string[], names: Names): void {
  const root = new RootCommand();
  describe(program, root, names);
  addCommands(program, '', root, names);
  root.parse([...words]);
}

/** Commands below others are known by all their words. */
function addCommands(parent: Command, path: string, root: RootCommand, names: Names): void {
  for (const command of parent.createHelp().visibleCommands(parent)) {
    const own = `${path}${command.name()}`;
    describe(command, root.command(own, command.summary() || command.description()), names);
    addCommands(command, `${own} `, root, names);
  }
}

function describe(command: Command, completed: Completed, names: Names): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const long = option.long?.slice(2);
    if (long === undefined) continue;
    const short = option.short?.slice(1);
    if (!option.required && !option.optional) completed.option(long, option.description, short);
    else completed.option(long, option.description, offer(option.argChoices, option.description, names), short);
  }
  for (const argument of command.registeredArguments)
    completed.argument(argument.name(), offer(argument.argChoices, argument.description, names), argument.variadic);
}

/** What a place takes: one of its choices, or names of what its description says. */
function offer(
  choices: readonly string[] | undefined,
  description: string,
  names: Names,
): (complete: (value: string, about: string) => void) => void {
  const known =
    choices?.map((choice) => [choice, ''] as const) ??
    names[/gateway/i.test(description) ? 'gateway' : /\brule\b/i.test(description) ? 'rule' : 'peer'];
  const isName = choices !== undefined || /\b(?:peer|gateway|rule)\b/i.test(description);
  return (complete) => {
    if (isName) for (const [value, about] of known) complete(value, about);
  };
}
