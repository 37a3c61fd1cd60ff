import { fromUuid, PlatformError, toUuid } from '#shared/platform/index.ts';
import { requireAction, type RouteCall, type RouteHandlers } from '../platform/index.ts';
import type { Connectors } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { requirePlainDevice } from './device-access.ts';
import type { PlainRateLimits } from './rates.ts';
import { addSession, endSession, findSession, type SessionRow } from './session-rows.ts';
import { newId } from './secrets.ts';
import type { TerminalTokens } from './terminal-tokens.ts';
import type { Terminals } from './terminals.ts';

type SessionRouteName = 'plainSessions.start' | 'plainSessions.attach' | 'plainSessions.end';

/** Parts of the documented protocol that its routes below `/api/v1` use. */
export type SessionServices = Readonly<{
  terminals: Terminals;
  connectors: Connectors;
  tokens: TerminalTokens;
  rates: PlainRateLimits;
}>;

/** Returns the handlers of the routes by which a page of the relay opens terminals of plain devices. They read and write the database. */
export function sessionRoutes(
  context: PlainContext,
  { terminals, connectors, tokens, rates }: SessionServices,
): RouteHandlers<SessionRouteName> {
  const { store, clock, crypto, limits } = context;

  /** Finds the caller's session on the device that the path names. */
  const find = async (call: RouteCall<'plainSessions.attach' | 'plainSessions.end'>): Promise<SessionRow> => {
    const session = await store.read(async (database) => {
      const device = await requirePlainDevice(database, call.project.id, call.params.device);
      const found = await findSession(database, call.caller.account, fromUuid(call.params.session));
      return found?.device === device.id ? found : undefined;
    });
    if (session === undefined) throw new PlatformError('platform.not-found', 'not found');
    return session;
  };

  return {
    async 'plainSessions.start'({ caller, project, params }) {
      const wait = rates.take('startsPerAccount', caller.account);
      if (wait > 0) throw new PlatformError('platform.rate', 'too many sessions', { retryAfter: wait });
      const id = newId(crypto);
      const now = clock.now();
      await store.transact(async (transaction) => {
        await requireAction(transaction, caller.account, project.id, 'open-terminal');
        const device = await requirePlainDevice(transaction, project.id, params.device);
        if (connectors.find(device.id, 'connector') === undefined) {
          throw new PlatformError('project.device-offline', 'the device is offline');
        }
        await addSession(transaction, { id, device: device.id, account: caller.account }, limits, now);
      });
      context.changed(project.id, 'history', [toUuid(id)]);
      const token = tokens.create({ session: id, account: caller.account, signIn: caller.session.id });
      return { session: toUuid(id), startedAt: now, ...token };
    },

    async 'plainSessions.attach'(call) {
      const session = await find(call);
      if (session.status !== 'active') throw new PlatformError('project.session-over', 'the session has ended');
      return tokens.create({
        session: session.id,
        account: call.caller.account,
        signIn: call.caller.session.id,
      });
    },

    async 'plainSessions.end'(call) {
      const session = await find(call);
      if (session.status === 'active') {
        await store.transact((transaction) => endSession(transaction, session.id, 'user_disconnect', clock.now()));
        terminals.end(session.id, 'user_disconnect', { device: session.device });
      }
      return {};
    },
  };
}
