import type { Clock } from '#shared/clock.ts';
import type { Caller, Callers, Credentials } from '../platform/index.ts';
import type { Store } from '../store/index.ts';
import { ACCOUNT_LIMITS } from './limits.ts';
import type { AccountSessions } from './sessions/index.ts';

/** Identifies callers by the session cookie or an API token. Reads the database at each request, so that an ended session counts no longer. */
export class SessionCallers implements Callers {
  readonly #parts: Readonly<{ store: Store; clock: Pick<Clock, 'now'>; sessions: AccountSessions }>;

  constructor(parts: Readonly<{ store: Store; clock: Pick<Clock, 'now'>; sessions: AccountSessions }>) {
    this.#parts = parts;
  }

  /**
   * Returns the caller. A request with both has the API token's account: a program that has a token means it. A cookie's value never counts as API token
   * nor the reverse.
   */
  async of({ cookie, bearer }: Credentials): Promise<Caller> {
    const { store, clock, sessions } = this.#parts;
    const token = bearer ?? cookie;
    if (token === undefined) return { kind: 'none' };
    const kind = bearer === undefined ? 'web' : 'api';
    const now = clock.now();
    const row = await store.read((database) => sessions.find(database, token, kind, now));
    if (row === undefined) return { kind: 'none' };
    const isUnmarked = row.used_at === row.created_at || Math.abs(now - row.used_at) >= ACCOUNT_LIMITS.usedInterval;
    if (isUnmarked && now !== row.used_at) {
      await store.transact((transaction) => sessions.markUsed(transaction, row.id, now));
    }
    return {
      kind: 'account',
      account: row.account,
      session: { id: row.id, kind, strongAt: row.strong_at ?? undefined },
    };
  }

  /** Reports whether the session of a connection still counts. For connections that outlast a request, such as WebSockets. */
  async isCurrent(session: string): Promise<boolean> {
    const { store, clock, sessions } = this.#parts;
    return store.read((database) => sessions.isCurrent(database, session, clock.now()));
  }
}
