import * as z from 'zod';
import { PlatformError, toUuid } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { answerJson, type RelayRequest, type RequestRoute } from '../../http/index.ts';
import type { PlainContext } from '../context.ts';
import { findReachable } from '../device-access.ts';
import { parseId } from '../envelope.ts';
import type { PlainRateLimits } from '../rates.ts';
import { newId } from '../secrets.ts';
import { addSession, endSession, findSession } from '../session-rows.ts';
import type { Terminals } from '../terminals.ts';
import { requireAccount } from './caller.ts';
import { withDocumentedText } from './errors.ts';

/** Returns the function that starts a terminal session on a plain device. The device may be offline. Writes the database. */
export function startSession(context: PlainContext, { rates }: Readonly<{ rates: PlainRateLimits }>): RequestRoute {
  const { store, clock, crypto, callers, limits, changed } = context;
  return {
    method: 'POST',
    path: '/functions/v1/start-session',
    async handle(request) {
      const { account } = await requireAccount(callers, request);
      const device = await readId(request, 'device_id');
      const wait = rates.take('startsPerAccount', account);
      if (wait > 0)
        throw new PlatformError('platform.rate', 'Too many sessions. Try again later.', { retryAfter: wait });
      const id = newId(crypto);
      const now = clock.now();
      try {
        const project = await store.transact(async (transaction) => {
          const found = await findReachable(transaction, account, device, 'open-terminal');
          if (found === undefined) throw new PlatformError('platform.not-found', 'not found');
          await addSession(transaction, { id, device, account }, limits, now);
          return found;
        });
        changed(project, 'history', [toUuid(id)]);
      } catch (error) {
        throw withDocumentedText(error, {
          'platform.not-found': 'Device not found or access denied',
          'platform.limit': 'Too many active sessions',
        });
      }
      return answerJson({
        session_id: toUuid(id),
        device_id: toUuid(device),
        status: 'active',
        started_at: new Date(now).toISOString(),
      });
    },
  };
}

/** Returns the function that ends an own session. Ending one that is over changes nothing. Writes the database. */
export function endOwnSession(context: PlainContext, { terminals }: Readonly<{ terminals: Terminals }>): RequestRoute {
  const { store, clock, callers } = context;
  return {
    method: 'POST',
    path: '/functions/v1/end-session',
    async handle(request) {
      const { account } = await requireAccount(callers, request);
      const id = await readId(request, 'session_id');
      const now = clock.now();
      const session = await store.transact(async (transaction) => {
        const found = await findSession(transaction, account, id);
        if (found?.status === 'active') await endSession(transaction, id, 'user_disconnect', now);
        return found;
      });
      if (session === undefined) throw new PlatformError('platform.not-found', 'Session not found or access denied');
      if (session.status === 'active') terminals.end(id, 'user_disconnect', { device: session.device });
      return answerJson({
        ok: true,
        session_id: toUuid(id),
        status: 'ended',
        ended_at: new Date(session.endedAt ?? now).toISOString(),
      });
    },
  };
}

/** Reads the ID in a request's body. @throws {HttpError} 400 */
async function readId(request: RelayRequest, name: 'device_id' | 'session_id'): Promise<string> {
  const { data } = safeParse(z.object({ [name]: z.string() }), await request.json());
  const id = parseId(data?.[name] ?? '');
  if (id === undefined) throw new PlatformError('platform.input', `Invalid ${name}`);
  return id;
}
