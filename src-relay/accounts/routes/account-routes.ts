import type { RouteName } from '#shared/platform/index.ts';
import type { RouteHandlers } from '../../platform/index.ts';
import type { Accounts } from '../index.ts';
import { clientOf } from './client.ts';

/** Routes of the own account, without the one that begins a claim: claims are the platform's. */
export type AccountRouteName = Exclude<
  Extract<RouteName, `account.${string}` | `sessions.${string}` | `passkeys.${string}` | `tokens.${string}`>,
  'account.createLinkCode'
>;

/** Creates the handlers of the routes of the caller's own account. */
export function createAccountRoutes(accounts: Accounts): RouteHandlers<AccountRouteName> {
  const { profile, sessions, passkeys, verifyMails } = accounts;
  return {
    'account.get': ({ caller }) => profile.get(caller),
    'account.change': ({ caller, input }) => profile.rename(caller, input.name),
    'account.setPicture': ({ caller, input }) => profile.setPicture(caller, input),
    'account.removePicture': ({ caller }) => profile.removePicture(caller),
    'account.delete': async (call) => {
      await profile.remove(call.caller, clientOf(call));
      return {};
    },
    'account.changeEmail': async ({ caller, input }) => {
      verifyMails.request(caller, input.email);
      return {};
    },
    'account.setPassword': async (call) => {
      await profile.setPassword(call.caller, call.input.password, clientOf(call));
      return {};
    },
    'account.setSecondFactor': (call) => profile.setSecondFactor(call.caller, call.input.required, clientOf(call)),
    'account.export': ({ caller }) => profile.export(caller),

    'sessions.list': async ({ caller }) => ({ sessions: await sessions.sessions(caller) }),
    'sessions.end': async (call) => {
      await sessions.end(call.caller, call.params.session, clientOf(call));
      return {};
    },
    'sessions.endOthers': async (call) => {
      await sessions.endOthers(call.caller, clientOf(call));
      return {};
    },

    'passkeys.list': async ({ caller }) => ({ passkeys: await passkeys.list(caller.account) }),
    'passkeys.options': ({ caller }) => passkeys.begin(caller.account),
    'passkeys.create': (call) => passkeys.add(call.caller, call.input.name, call.input.response, clientOf(call)),
    'passkeys.rename': ({ caller, params, input }) => passkeys.rename(caller.account, params.passkey, input.name),
    'passkeys.delete': async (call) => {
      await passkeys.remove(call.caller.account, call.params.passkey, clientOf(call));
      return {};
    },

    'tokens.list': async ({ caller }) => ({ tokens: await sessions.apiTokens(caller) }),
    'tokens.create': (call) => sessions.createApiToken(call.caller, call.input, clientOf(call)),
    'tokens.delete': async (call) => {
      await sessions.endApiToken(call.caller, call.params.token, clientOf(call));
      return {};
    },
  };
}
