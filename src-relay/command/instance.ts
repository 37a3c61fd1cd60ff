import type { Command } from 'commander';
import { dataOption } from './data-option.ts';
import { helpColumns, wrapHelp } from './help-text.ts';
import type { InstanceFlags } from './instance-actions.ts';
import type { RegisterSubcommand } from './subcommands.ts';

/**
 * Registers `clawreach-relay instance …`, by which the operator administers foreign instances in the database, also while the relay runs. Opens the
 * database of the data folder; prints to standard output.
 */
export const addInstance: RegisterSubcommand = (program, environment) => {
  const instance = program
    .command('instance')
    .description('Add, list and remove foreign programs that send messages by the relay, and renew their keys.')
    .addHelpText('after', () =>
      wrapHelp(
        `
A foreign instance is a program without ClawReach that sends signed messages by this relay, which can read and forge them. It belongs to a project of an account; the relay has to run with --accounts on.

Examples:
  $ clawreach-relay instance add office-bot --project Office
      Prints the key of the program, once
  $ clawreach-relay instance renew office-bot
      The key was lost or seen by others`,
        helpColumns(),
      ),
    );
  const add = (name: string, description: string): Command =>
    instance.command(name).description(description).addOption(dataOption(environment));

  add('add', 'Add an instance to a project, and print its key once.')
    .argument('<ID>', 'lower-case letters, digits, dots, hyphens and underscores; unique at the relay')
    .requiredOption('--project <NAME>', 'name or ID of a project of an account')
    .option('--name <NAME>', 'name that the people of the project see; default: the ID')
    .action(async (id: string, flags: InstanceFlags & Readonly<{ project: string; name?: string }>) => {
      await (await actions()).addInstance(id, flags);
    });

  add('list', 'List the instances: ID, name, project, and when each was heard last.').action(
    async (flags: InstanceFlags) => {
      await (await actions()).listInstances(flags);
    },
  );

  add('projects', 'List the projects of accounts: ID and name.').action(async (flags: InstanceFlags) => {
    await (await actions()).listProjects(flags);
  });

  add('remove', 'Remove an instance, and end its key and connection.')
    .argument('<ID>', 'ID of the instance')
    .action(async (id: string, flags: InstanceFlags) => {
      await (await actions()).removeInstance(id, flags);
    });

  add('renew', 'Print a new key of an instance once, and end the one before it.')
    .argument('<ID>', 'ID of the instance')
    .action(async (id: string, flags: InstanceFlags) => {
      await (await actions()).renewInstance(id, flags);
    });
};

/** Loads the code of the actions, which the relay itself doesn't need. */
const actions = () => import('./instance-actions.ts');
