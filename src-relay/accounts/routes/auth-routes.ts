import { PLATFORM_LIMITS, type RouteName, type SignInAnswer } from '#shared/platform/index.ts';
import { clearSessionCookie, setSessionCookie, type AnswerHeaders } from '../../http/index.ts';
import { replyWithHeaders, type Caller, type RouteHandlers, type RouteReply } from '../../platform/index.ts';
import { findAccount, signedOut, viewAccount, type Accounts, type OwnSession, type SignInResult } from '../index.ts';
import { clientOf } from './client.ts';

export type AuthRouteName = Extract<RouteName, `auth.${string}`>;

/** Creates the handlers of the routes that begin, confirm and end a session. */
export function createAuthRoutes(accounts: Accounts): RouteHandlers<AuthRouteName> {
  const { signIns, signUps, verifyMails, passwordResets, passkeySignIns, sessions, parts } = accounts;
  return {
    'auth.signUp': async (call) => {
      const result = await signUps.signUp(call.input, clientOf(call));
      if (result.status === 'verify') return result;
      return replyWithHeaders({ status: result.status, account: result.account }, cookieOf(result.token));
    },

    'auth.lookUpSignUp': async ({ input }) => {
      await signUps.lookUp(input.token);
      return {};
    },

    'auth.verify': async (call) => {
      const { token, password } = call.input;
      const client = clientOf(call);
      parts.rates.admitSignIn(client.group);
      const signedIn = await signUps.verify(token, password, client);
      if (signedIn !== undefined) return signInReply(signedIn);
      // An API token, which is never stepped up, changes no address.
      const { caller } = call;
      const signedInAs = caller.kind === 'account' && caller.session.kind === 'web' ? caller : undefined;
      const result = await verifyMails.confirm(token, { signedInAs, password }, client);
      if (result.status !== 'verified') return signInReply(result);
      const strongAt = call.caller.kind === 'account' ? call.caller.session.strongAt : undefined;
      const account = await parts.store.read(async (database) => {
        const row = await findAccount(database, result.account);
        if (row === undefined) throw signedOut();
        return viewAccount(database, row, strongAt, parts.clock.now());
      });
      return { status: 'signed-in', account };
    },

    'auth.signIn': async (call) => signInReply(await signIns.withPassword(call.input, clientOf(call))),

    'auth.signOut': async (call) => {
      await sessions.signOut(call.caller, clientOf(call));
      return replyWithHeaders({}, { 'Set-Cookie': clearSessionCookie() });
    },

    'auth.stepUp': async (call) => {
      const { token, strongUntil } = await sessions.stepUp(call.caller, call.input.password, clientOf(call));
      return replyWithHeaders({ strongUntil }, cookieOf(token));
    },

    'auth.reset': async (call) => {
      passwordResets.request(call.input.email, clientOf(call));
      return {};
    },

    'auth.confirmReset': async (call) =>
      signInReply(await passwordResets.confirm(call.input.token, call.input.password, clientOf(call))),

    'auth.passkeyOptions': async (call) => {
      switch (call.input.purpose) {
        case 'sign-in':
          return passkeySignIns.beginSignIn();
        case 'second-factor':
          return passkeySignIns.beginSecondFactor(call.input.ticket, clientOf(call));
        case 'step-up': {
          const session = browserSession(call.caller);
          if (session === undefined) throw signedOut();
          return passkeySignIns.beginStepUp(session);
        }
      }
    },

    'auth.verifyPasskey': async (call) => {
      const result = await passkeySignIns.answer(call.input.response, browserSession(call.caller), clientOf(call));
      return result.status === 'signed-in'
        ? replyWithHeaders({ status: result.status, account: result.account }, cookieOf(result.token))
        : replyWithHeaders({ status: result.status, strongUntil: result.strongUntil }, cookieOf(result.token));
    },
  };
}

/** Answers with a new session, whose token only the cookie has; or with the ticket for the second factor. */
function signInReply(result: SignInResult): SignInAnswer | RouteReply<SignInAnswer> {
  if (result.status === 'passkey-needed') return result;
  return replyWithHeaders({ status: result.status, account: result.account }, cookieOf(result.token));
}

function cookieOf(token: string): AnswerHeaders {
  return { 'Set-Cookie': setSessionCookie(token, PLATFORM_LIMITS.sessionLife / 1000) };
}

/** Returns the caller's session in a browser; undefined for an API token, which is never stepped up. */
function browserSession(caller: Caller): OwnSession | undefined {
  return caller.kind === 'account' && caller.session.kind === 'web'
    ? { account: caller.account, id: caller.session.id }
    : undefined;
}
