import type { Kysely, Selectable } from 'kysely';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import type { AccountSessionKind, Database } from '../../store/index.ts';
import { signedOut } from '../errors.ts';
import { createId, createSecret, hashSecret } from '../secrets.ts';

/** Stored session or API token. */
export type AccountSessionRow = Selectable<Database['account_sessions']>;

/** Facts of a new session. */
export type NewSession = Readonly<{
  account: string;
  /** Network of the client, from `clientNetwork`. */
  network: string;
  /** `User-Agent` of the client. */
  agent: string;
}>;

/** Prefix of API tokens, by which people and scanners of leaked secrets recognise one. */
const API_TOKEN_PREFIX = 'clawreach_';

/**
 * Sessions of browsers and API tokens, in one table. The database holds hashes of their tokens. All methods take the caller's transaction or reader, and
 * the time in Unix ms.
 */
export class AccountSessions {
  readonly #crypto: Pick<CryptoBackend, 'randomBytes' | 'sha256'>;

  constructor(crypto: Pick<CryptoBackend, 'randomBytes' | 'sha256'>) {
    this.#crypto = crypto;
  }

  /**
   * Creates the session of a browser that has just given a password or passkey. Ends the session that was unused for the longest time if the account has
   * too many.
   * @returns ID, token for the cookie, and IDs of ended sessions
   */
  async create(
    transaction: Kysely<Database>,
    { account, network, agent }: NewSession,
    now: number,
  ): Promise<Readonly<{ id: string; token: string; ended: readonly string[] }>> {
    const oldest = await this.#web(transaction, account, now)
      .orderBy('used_at', 'desc')
      .orderBy('id')
      .limit(PLATFORM_LIMITS.sessions)
      .offset(PLATFORM_LIMITS.sessions - 1)
      .execute();
    const ended = oldest.map(({ id }) => id);
    if (ended.length > 0) await transaction.deleteFrom('account_sessions').where('id', 'in', ended).execute();
    const id = createId(this.#crypto);
    const token = createSecret(this.#crypto);
    await this.#insert(transaction, {
      id,
      account,
      token,
      kind: 'web',
      name: '',
      network,
      agent,
      now,
      expiresAt: now + PLATFORM_LIMITS.sessionLife,
      strongAt: now,
    });
    return { id, token, ended };
  }

  /**
   * Creates an API token.
   * @returns row, and the token itself; undefined if the account has too many
   */
  async createApiToken(
    transaction: Kysely<Database>,
    { name, days, ...session }: NewSession & Readonly<{ name: string; days: number }>,
    now: number,
  ): Promise<Readonly<{ row: AccountSessionRow; token: string }> | undefined> {
    const known = await this.list(transaction, session.account, 'api', now);
    if (known.length >= PLATFORM_LIMITS.apiTokens) return undefined;
    const id = createId(this.#crypto);
    const token = `${API_TOKEN_PREFIX}${createSecret(this.#crypto)}`;
    const expiresAt = now + days * 24 * 3_600_000;
    const row = await this.#insert(transaction, {
      ...session,
      id,
      token,
      kind: 'api',
      name,
      now,
      expiresAt,
      strongAt: null,
    });
    return { row, token };
  }

  /**
   * Gives a session a new token and records the step-up. The old token ends.
   * @returns token for the cookie; undefined if the session has ended
   */
  async stepUp(transaction: Kysely<Database>, id: string, now: number): Promise<string | undefined> {
    const token = createSecret(this.#crypto);
    const changed = await transaction
      .updateTable('account_sessions')
      .set({ token_hash: hashSecret(this.#crypto, token), strong_at: now, used_at: now })
      .where('id', '=', id)
      .where('kind', '=', 'web')
      .returning('id')
      .executeTakeFirst();
    return changed === undefined ? undefined : token;
  }

  /** Finds the session of a token, if it hasn't expired and its account isn't disabled. */
  async find(
    database: Kysely<Database>,
    token: string,
    kind: AccountSessionKind,
    now: number,
  ): Promise<AccountSessionRow | undefined> {
    return database
      .selectFrom('account_sessions')
      .innerJoin('accounts', 'accounts.id', 'account_sessions.account')
      .selectAll('account_sessions')
      .where('token_hash', '=', hashSecret(this.#crypto, token))
      .where('kind', '=', kind)
      .where('accounts.disabled_at', 'is', null)
      .where('expires_at', '>', now)
      .where((builder) => builder.or([builder('kind', '=', 'api'), builder('used_at', '>', usedAfter(now))]))
      .executeTakeFirst();
  }

  /** Reports whether a session still counts. For connections that outlast a request. */
  async isCurrent(database: Kysely<Database>, id: string, now: number): Promise<boolean> {
    const row = await database
      .selectFrom('account_sessions')
      .innerJoin('accounts', 'accounts.id', 'account_sessions.account')
      .select('account_sessions.id')
      .where('account_sessions.id', '=', id)
      .where('accounts.disabled_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row !== undefined;
  }

  /**
   * Checks in the transaction of a change that the session of its request still counts: a reset or sign-out may have ended it meanwhile, and then no
   * request of that session may leave a password, token, passkey or address behind.
   * @throws {PlatformError} `platform.signed-out`
   */
  async require(transaction: Kysely<Database>, id: string, now: number): Promise<void> {
    if (!(await this.isCurrent(transaction, id, now))) throw signedOut();
  }

  /** Records that a session was used. */
  async markUsed(transaction: Kysely<Database>, id: string, now: number): Promise<void> {
    await transaction.updateTable('account_sessions').set({ used_at: now }).where('id', '=', id).execute();
  }

  /** Lists the sessions or API tokens of an account that still count, the latest used first. */
  async list(
    database: Kysely<Database>,
    account: string,
    kind: AccountSessionKind,
    now: number,
  ): Promise<readonly AccountSessionRow[]> {
    const rows = kind === 'web' ? this.#web(database, account, now) : this.#api(database, account, now);
    return rows.orderBy('used_at', 'desc').orderBy('id').execute();
  }

  /**
   * Ends sessions of an account.
   * @param which one of a kind by ID, all of a kind but one, or all
   * @returns IDs of ended sessions
   */
  async end(
    transaction: Kysely<Database>,
    account: string,
    which:
      | Readonly<{ id: string; kind: AccountSessionKind }>
      | Readonly<{ except: string; kind: AccountSessionKind }>
      | 'all',
  ): Promise<readonly string[]> {
    let query = transaction.deleteFrom('account_sessions').where('account', '=', account);
    if (which !== 'all') {
      query = query.where('kind', '=', which.kind);
      query = 'id' in which ? query.where('id', '=', which.id) : query.where('id', '!=', which.except);
    }
    const rows = await query.returning('id').execute();
    return rows.map(({ id }) => id);
  }

  #web(database: Kysely<Database>, account: string, now: number) {
    return database
      .selectFrom('account_sessions')
      .selectAll()
      .where('account', '=', account)
      .where('kind', '=', 'web')
      .where('expires_at', '>', now)
      .where('used_at', '>', usedAfter(now));
  }

  #api(database: Kysely<Database>, account: string, now: number) {
    return database
      .selectFrom('account_sessions')
      .selectAll()
      .where('account', '=', account)
      .where('kind', '=', 'api')
      .where('expires_at', '>', now);
  }

  async #insert(
    transaction: Kysely<Database>,
    session: NewSession &
      Readonly<{
        id: string;
        token: string;
        kind: AccountSessionKind;
        name: string;
        now: number;
        expiresAt: number;
        strongAt: number | null;
      }>,
  ): Promise<AccountSessionRow> {
    return transaction
      .insertInto('account_sessions')
      .values({
        id: session.id,
        account: session.account,
        token_hash: hashSecret(this.#crypto, session.token),
        kind: session.kind,
        name: session.name,
        address_group: session.network,
        agent: session.agent,
        created_at: session.now,
        used_at: session.now,
        expires_at: session.expiresAt,
        strong_at: session.strongAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }
}

/** Returns the time since which a browser must have used its session. */
function usedAfter(now: number): number {
  return now - PLATFORM_LIMITS.sessionIdle;
}
