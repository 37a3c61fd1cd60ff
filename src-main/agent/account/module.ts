import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { NetworkModule, TicketAdmission } from '../network/index.ts';
import { AccountLink } from './account-link.ts';

/**
 * Creates the module by which an owner device gives its project to an account at its relay, or a new device joins one of the account. Sends nothing
 * unless a person asks. Called by `Agent`.
 */
export function createAccount(
  core: Core,
  { network: { network }, admission }: Readonly<{ network: NetworkModule; admission: TicketAdmission }>,
): Module {
  const link = new AccountLink(core, network, admission);
  return {
    handlers: {
      'account.get': async () => link.view(),
      'account.dashboard': async (_input, { signal }) => ({ url: await link.dashboard(signal) }),
      'account.lookUp': async ({ code }, { signal }) => await link.lookUp(code, signal),
      'account.link': async (input, { signal }) => await link.link(input, signal),
      'account.unlink': async (_input, { signal }) => await link.unlink(signal),
    },
  };
}
