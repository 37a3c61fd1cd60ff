import { Option, type Command } from 'commander';
import type { AccountFlags } from './account-actions.ts';
import { dataOption } from './data-option.ts';
import { helpColumns, wrapHelp } from './help-text.ts';
import type { RegisterSubcommand } from './subcommands.ts';

/**
 * Registers `clawreach-relay account …`, by which the operator administers accounts in the database, also while the relay runs. Opens the database of the
 * data folder; prints to standard output.
 */
export const addAccount: RegisterSubcommand = (program, environment) => {
  const account = program
    .command('account')
    .description('Create, list, disable and reset the accounts of a relay, also while it runs.')
    .addHelpText('after', () =>
      wrapHelp(
        `
A link works once, for 24 hours. Hand it over in person or by a channel that you trust: the first person who opens it gets the account.

Examples:
  $ clawreach-relay account create anna@example.org --name Anna
  $ clawreach-relay account reset anna@example.org --remove-passkeys
      Anna has lost her phone and her password`,
        helpColumns(),
      ),
    );
  const add = (name: string, description: string): Command =>
    account.command(name).description(description).addOption(dataOption(environment));
  const publicUrl = (): Option =>
    new Option('--public-url <URL>', 'address of the relay, for the link').env('CLAWREACH_RELAY_PUBLIC_URL');

  add('create', 'Create an account, and print the link that sets its password.')
    .argument('<EMAIL>', 'e-mail address of the person')
    .option('--name <NAME>', 'name that others see; default: the part before the @')
    .addOption(publicUrl())
    .action(async (email: string, flags: AccountFlags & Readonly<{ name?: string }>) => {
      await (await actions()).createAccount(email, flags);
    });

  add('reset', 'Print a link that sets a new password and ends all sessions.')
    .argument('<EMAIL>', 'e-mail address of the account')
    .option('--remove-passkeys', 'remove all passkeys and the second factor now, for a person who has lost them', false)
    .addOption(publicUrl())
    .action(async (email: string, flags: AccountFlags & Readonly<{ removePasskeys: boolean }>) => {
      await (await actions()).resetAccount(email, flags);
    });

  add('list', 'List the accounts: address, name, state, and day of the latest use.').action(
    async (flags: AccountFlags) => {
      await (await actions()).listAccounts(flags);
    },
  );

  add('disable', 'Keep an account from signing in, and end its sessions, tokens and browsers. Its data stays.')
    .argument('<EMAIL>', 'e-mail address of the account')
    .action(async (email: string, flags: AccountFlags) => {
      await (await actions()).disableAccount(email, flags);
    });

  add('enable', 'Let a disabled account sign in again.')
    .argument('<EMAIL>', 'e-mail address of the account')
    .action(async (email: string, flags: AccountFlags) => {
      await (await actions()).enableAccount(email, flags);
    });

  add('remove-picture', 'Remove the profile picture of an account. The person can set another.')
    .argument('<EMAIL>', 'e-mail address of the account')
    .action(async (email: string, flags: AccountFlags) => {
      await (await actions()).removePicture(email, flags);
    });
};

/** Loads the code of the actions, which the relay itself doesn't need. */
const actions = () => import('./account-actions.ts');
