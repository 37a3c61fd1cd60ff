import type { Kysely, Selectable } from 'kysely';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Database, OneTimePurpose } from '../store/index.ts';
import { createSecret, hashSecret } from './secrets.ts';

/** Facts that a one-time token carries. */
export type OneTimeFacts = Readonly<{
  purpose: OneTimePurpose;
  account?: string;
  /** Address in canonical form. */
  email?: string;
  project?: string;
  /** Plain device. */
  device?: string;
}>;

/** Stored one-time token. */
export type OneTimeRow = Selectable<Database['one_time']>;

/**
 * Single-use tokens of links, tickets and codes. The database holds only their hashes. A token counts once, in time and for its purpose. Used by the
 * accounts for links in mails, and by the platform for invitations and pairing codes.
 */
export class OneTimeTokens {
  readonly #crypto: Pick<CryptoBackend, 'randomBytes' | 'sha256'>;

  constructor(crypto: Pick<CryptoBackend, 'randomBytes' | 'sha256'>) {
    this.#crypto = crypto;
  }

  /**
   * Creates a token.
   * @param expiresAt Unix ms
   * @returns the token, which is stored nowhere
   */
  async create(transaction: Kysely<Database>, facts: OneTimeFacts, expiresAt: number): Promise<string> {
    const token = createSecret(this.#crypto);
    await this.store(transaction, token, facts, expiresAt);
    return token;
  }

  /** Stores a token or code that the caller made; a code needs enough random bits that its hash doesn't tell it. */
  async store(transaction: Kysely<Database>, token: string, facts: OneTimeFacts, expiresAt: number): Promise<void> {
    const { purpose, account = null, email = null, project = null, device = null } = facts;
    await transaction
      .insertInto('one_time')
      .values({
        hash: hashSecret(this.#crypto, token),
        purpose,
        account,
        email,
        project,
        device,
        expires_at: expiresAt,
        used_at: null,
      })
      .execute();
  }

  /** Returns an unused token of a purpose without using it. */
  find(
    database: Kysely<Database>,
    token: string,
    purpose: OneTimePurpose,
    now: number,
  ): Promise<OneTimeRow | undefined> {
    return database
      .selectFrom('one_time')
      .selectAll()
      .where('hash', '=', hashSecret(this.#crypto, token))
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
  }

  /** Uses a token up. Returns undefined if it was used, has expired, is for something else or never existed. One statement, so that one of two wins. */
  use(
    transaction: Kysely<Database>,
    token: string,
    purpose: OneTimePurpose,
    now: number,
  ): Promise<OneTimeRow | undefined> {
    return transaction
      .updateTable('one_time')
      .set({ used_at: now })
      .where('hash', '=', hashSecret(this.#crypto, token))
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returningAll()
      .executeTakeFirst();
  }

  /** Deletes the tokens of an account for some purposes, but for the `keep` that live the longest. */
  async revoke(
    transaction: Kysely<Database>,
    account: string,
    purposes: readonly OneTimePurpose[],
    keep = 0,
  ): Promise<void> {
    await transaction
      .deleteFrom('one_time')
      .where('hash', 'in', (builder) =>
        builder
          .selectFrom('one_time')
          .select('hash')
          .where('account', '=', account)
          .where('purpose', 'in', purposes)
          .orderBy('expires_at', 'desc')
          // SQLite needs a limit with an offset; there are never as many.
          .limit(100_000)
          .offset(keep),
      )
      .execute();
  }
}
