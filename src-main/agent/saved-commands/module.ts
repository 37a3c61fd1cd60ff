import { SAVED_COMMAND_CALLS, MOST_SAVED_COMMANDS, type SavedCommand } from '#shared/app-api/index.ts';
import { SavedCommandError } from '#shared/saved-command/index.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import * as z from 'zod';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { DocumentStore, type DocumentDefinition } from '../core/store/index.ts';

const document = z.strictObject({ commands: SAVED_COMMAND_CALLS['savedCommands.list'].output });

const DOCUMENT: DocumentDefinition<z.infer<typeof document>> = {
  name: 'saved commands',
  version: 1,
  schema: document,
  migrations: {},
  initial: () => ({ commands: [] }),
};

/**
 * Creates the module that keeps saved commands, sorted by name; names are unique regardless of case. Called by `Agent`. Runs nothing: user interfaces run
 * them with `exec.open`, under the rights at each machine.
 * @throws {StoreError} as `DocumentStore`
 */
export function createSavedCommands({ logger }: Core, file: DocumentFile): Module {
  const store = new DocumentStore(file, DOCUMENT, logger);
  const save = (commands: readonly SavedCommand[]): SavedCommand[] => {
    store.save({ commands: commands.toSorted((one, other) => one.name.localeCompare(other.name)) });
    return store.value.commands;
  };
  const without = (name: string): readonly SavedCommand[] =>
    store.value.commands.filter((command) => plainKey(command.name) !== plainKey(name));
  return {
    handlers: {
      'savedCommands.list': async () => store.value.commands,
      'savedCommands.put': async (command) => {
        const others = without(command.name);
        if (others.length >= MOST_SAVED_COMMANDS)
          throw new SavedCommandError('saved-command.too-many', 'too many saved commands');
        return save([...others, command]);
      },
      'savedCommands.remove': async ({ name }) => {
        const others = without(name);
        if (others.length === store.value.commands.length)
          throw new SavedCommandError('saved-command.unknown', 'no such saved command', { details: { name } });
        return save(others);
      },
    },
  };
}
