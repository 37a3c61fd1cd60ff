import { fromUuid, PLATFORM_LIMITS, type ApiTokenView, type SessionView } from '#shared/platform/index.ts';
import { recordAudit } from './audit.ts';
import type { Self } from './account-profile.ts';
import { clientNetwork } from './client-network.ts';
import { limitReached, notFound, signedOut } from './errors.ts';
import type { AccountParts, Client } from './parts.ts';
import { viewApiToken, viewSession } from './sessions/index.ts';
import { findAccount } from './account-rows.ts';
import type { SignIns } from './sign-ins.ts';

/** Sessions and API tokens of the caller's own account: lists and ends them, steps this one up, and creates API tokens. */
export class SessionList {
  readonly #parts: AccountParts;
  readonly #signIns: SignIns;

  constructor(parts: AccountParts, signIns: SignIns) {
    this.#parts = parts;
    this.#signIns = signIns;
  }

  /** Lists the sessions in browsers, the latest used first. */
  async sessions({ account, session }: Self): Promise<SessionView[]> {
    const { store, sessions, clock } = this.#parts;
    const rows = await store.read((database) => sessions.list(database, account, 'web', clock.now()));
    return rows.map((row) => viewSession(row, session.id));
  }

  /** Lists the API tokens, the latest used first. */
  async apiTokens({ account }: Self): Promise<ApiTokenView[]> {
    const { store, sessions, clock } = this.#parts;
    const rows = await store.read((database) => sessions.list(database, account, 'api', clock.now()));
    return rows.map((row) => viewApiToken(row));
  }

  /** Ends the session of the request, or its API token. */
  async signOut({ account, session }: Self, client: Client): Promise<void> {
    await this.#end(account, { id: session.id, kind: session.kind }, 'sign-out', client);
  }

  /**
   * Ends a session in a browser.
   * @param id UUID
   * @throws {PlatformError} `platform.not-found`
   */
  async end({ account }: Self, id: string, client: Client): Promise<void> {
    const ended = await this.#end(account, { id: fromUuid(id), kind: 'web' }, 'session.ended', client);
    if (ended === 0) throw notFound();
  }

  /** Ends all sessions in browsers but this one. */
  async endOthers({ account, session }: Self, client: Client): Promise<void> {
    await this.#end(account, { except: session.id, kind: 'web' }, 'session.ended', client);
  }

  /**
   * Ends an API token.
   * @param id UUID
   * @throws {PlatformError} `platform.not-found`
   */
  async endApiToken({ account }: Self, id: string, client: Client): Promise<void> {
    const ended = await this.#end(account, { id: fromUuid(id), kind: 'api' }, 'token.deleted', client);
    if (ended === 0) throw notFound();
  }

  /**
   * Creates an API token.
   * @returns the token, which no one can read again
   * @throws {PlatformError} `platform.limit`
   */
  async createApiToken(
    { account, session }: Self,
    { name, days }: Readonly<{ name: string; days: number }>,
    client: Client,
  ): Promise<Readonly<{ token: ApiTokenView; secret: string }>> {
    const { store, sessions, clock, listener } = this.#parts;
    const network = clientNetwork(client.address);
    const created = await store.transact(async (transaction) => {
      const now = clock.now();
      await sessions.require(transaction, session.id, now);
      const token = await sessions.createApiToken(
        transaction,
        { account, name, days, network, agent: client.agent },
        now,
      );
      if (token === undefined) throw limitReached();
      await recordAudit(transaction, { event: 'token.created', account, subject: name, network }, now);
      return token;
    });
    listener.changed(account, 'sessions');
    return { token: viewApiToken(created.row), secret: created.token };
  }

  /**
   * Steps the session up with the password, and gives it a new token.
   * @throws {PlatformError} `account.credentials`, `platform.signed-out` for an API token, `platform.rate`, `platform.busy`
   */
  async stepUp(
    { account, session }: Self,
    password: string,
    client: Client,
  ): Promise<Readonly<{ token: string; strongUntil: number }>> {
    const { store, sessions, clock, rates } = this.#parts;
    if (session.kind !== 'web') throw signedOut();
    rates.admitSignIn(client.group);
    const row = await store.read((database) => findAccount(database, account));
    if (row === undefined) throw signedOut();
    await this.#signIns.checkPassword(row, row.email, password, client);
    return store.transact(async (transaction) => {
      const now = clock.now();
      const current = await findAccount(transaction, account);
      const token =
        current?.password === row.password ? await sessions.stepUp(transaction, session.id, now) : undefined;
      if (token === undefined) throw signedOut();
      const network = clientNetwork(client.address);
      await recordAudit(transaction, { event: 'step-up', account, subject: 'password', network }, now);
      return { token, strongUntil: now + PLATFORM_LIMITS.stepUp };
    });
  }

  async #end(
    account: string,
    which: Parameters<AccountParts['sessions']['end']>[2],
    event: string,
    client: Client,
  ): Promise<number> {
    const { sessions, clock } = this.#parts;
    return this.#signIns.commit(async ({ transaction }) => {
      const ended = await sessions.end(transaction, account, which);
      const network = clientNetwork(client.address);
      if (ended.length > 0) await recordAudit(transaction, { event, account, network }, clock.now());
      return { result: ended.length, account, ended };
    });
  }
}
