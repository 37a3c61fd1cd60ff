import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Store } from '../store/index.ts';
import { findAccountByEmail, insertAccount } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { FIRST_ACCOUNT_FILE } from './first-account.ts';
import { ACCOUNT_LIMITS } from './limits.ts';
import { OneTimeTokens } from './one-time-tokens.ts';
import { deletePicture, findPictureHash } from './pictures/index.ts';
import { createId } from './secrets.ts';
import { AccountSessions } from './sessions/index.ts';

/** Account as the operator sees it. Times are Unix ms. */
export type ListedAccount = Readonly<{
  email: string;
  name: string;
  isVerified: boolean;
  isDisabled: boolean;
  hasPassword: boolean;
  passkeys: number;
  hasPicture: boolean;
  createdAt: number;
  /** Latest use of a session or API token; null for none that still counts. */
  usedAt: number | null;
}>;

/** Link that the operator hands over, without its origin. */
export type OperatorLink = Readonly<{ token: string; expiresAt: number }>;

/**
 * Administers accounts on the operator's behalf, in the database beside a running relay: `clawreach-relay account`. Every change counts from the relay's
 * next request on.
 */
export class AccountOperator {
  readonly #store: Store;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #crypto: CryptoBackend;
  readonly #tokens: OneTimeTokens;
  readonly #sessions: AccountSessions;
  readonly #dataDirectory: string;

  constructor({
    store,
    clock,
    crypto,
    dataDirectory,
  }: Readonly<{ store: Store; clock: Pick<Clock, 'now'>; crypto: CryptoBackend; dataDirectory: string }>) {
    this.#dataDirectory = dataDirectory;
    this.#store = store;
    this.#clock = clock;
    this.#crypto = crypto;
    this.#tokens = new OneTimeTokens(crypto);
    this.#sessions = new AccountSessions(crypto);
  }

  /**
   * Creates an account without a password.
   * @param email canonical form
   * @returns link that sets the password; undefined if the address has an account
   */
  async create(email: string, name: string): Promise<OperatorLink | undefined> {
    const link = await this.#store.transact(async (transaction) => {
      const now = this.#clock.now();
      const id = createId(this.#crypto);
      const account = await insertAccount(transaction, { id, email, name, password: null, isVerified: false }, now);
      if (account === undefined) return undefined;
      await recordAudit(transaction, { event: 'account.created', account: id, subject: 'operator' }, now);
      const expiresAt = now + ACCOUNT_LIMITS.operatorLink;
      return { token: await this.#tokens.create(transaction, { purpose: 'reset', account: id }, expiresAt), expiresAt };
    });
    // The link for the first account no longer counts.
    if (link !== undefined) await rm(join(this.#dataDirectory, FIRST_ACCOUNT_FILE), { force: true });
    return link;
  }

  /**
   * Makes a link that sets a new password and ends all sessions. The old password works until the link is used.
   * @param removePasskeys removes all passkeys and the second factor now, for a person who has lost them
   * @returns undefined if the address has no account
   */
  reset(email: string, removePasskeys: boolean): Promise<OperatorLink | undefined> {
    return this.#store.transact(async (transaction) => {
      const now = this.#clock.now();
      const account = await findAccountByEmail(transaction, email);
      if (account === undefined) return undefined;
      if (removePasskeys) {
        await transaction.deleteFrom('passkeys').where('account', '=', account.id).execute();
        await transaction.updateTable('accounts').set({ second_factor: 0 }).where('id', '=', account.id).execute();
        const event = { event: 'passkey.removed', account: account.id, subject: 'operator' };
        await recordAudit(transaction, event, now);
      }
      await this.#tokens.revoke(transaction, account.id, ['reset', 'second-factor']);
      const event = { event: 'password.reset-requested', account: account.id, subject: 'operator' };
      await recordAudit(transaction, event, now);
      const expiresAt = now + ACCOUNT_LIMITS.operatorLink;
      const token = await this.#tokens.create(transaction, { purpose: 'reset', account: account.id }, expiresAt);
      return { token, expiresAt };
    });
  }

  /** Lists all accounts by address. */
  async list(): Promise<readonly ListedAccount[]> {
    const rows = await this.#store.read((database) =>
      database
        .selectFrom('accounts')
        .selectAll()
        .select((builder) => [
          builder
            .selectFrom('passkeys')
            .select((passkeys) => passkeys.fn.countAll<number | string>().as('count'))
            .whereRef('passkeys.account', '=', 'accounts.id')
            .as('passkeys'),
          builder
            .selectFrom('account_sessions')
            .select((sessions) => sessions.fn.max('used_at').as('latest'))
            .whereRef('account_sessions.account', '=', 'accounts.id')
            .as('used_at'),
          builder
            .selectFrom('account_pictures')
            .select('account_pictures.hash')
            .whereRef('account_pictures.account', '=', 'accounts.id')
            .as('picture'),
        ])
        .orderBy('email')
        .execute(),
    );
    return rows.map((row) => ({
      email: row.email,
      name: row.name,
      isVerified: row.email_verified_at !== null,
      isDisabled: row.disabled_at !== null,
      hasPassword: row.password !== null,
      passkeys: Number(row.passkeys ?? 0),
      hasPicture: row.picture !== null,
      createdAt: row.created_at,
      usedAt: row.used_at,
    }));
  }

  /**
   * Disables an account: ends its sessions, API tokens and links, and keeps it from signing in. Its data stays.
   * @returns false if the address has no account
   */
  disable(email: string): Promise<boolean> {
    return this.#store.transact(async (transaction) => {
      const now = this.#clock.now();
      const account = await findAccountByEmail(transaction, email);
      if (account === undefined) return false;
      if (account.disabled_at !== null) return true;
      await transaction.updateTable('accounts').set({ disabled_at: now }).where('id', '=', account.id).execute();
      await this.#sessions.end(transaction, account.id, 'all');
      await this.#tokens.revoke(transaction, account.id, ['verify', 'reset', 'second-factor', 'claim']);
      await recordAudit(transaction, { event: 'account.disabled', account: account.id, subject: 'operator' }, now);
      return true;
    });
  }

  /** Lets a disabled account sign in again. @returns false if the address has no account */
  enable(email: string): Promise<boolean> {
    return this.#store.transact(async (transaction) => {
      const account = await findAccountByEmail(transaction, email);
      if (account === undefined) return false;
      if (account.disabled_at === null) return true;
      await transaction.updateTable('accounts').set({ disabled_at: null }).where('id', '=', account.id).execute();
      const event = { event: 'account.enabled', account: account.id, subject: 'operator' };
      await recordAudit(transaction, event, this.#clock.now());
      return true;
    });
  }

  /**
   * Removes the profile picture of an account. The person may set another.
   * @returns false if the account had none; undefined if the address has no account
   */
  removePicture(email: string): Promise<boolean | undefined> {
    return this.#store.transact(async (transaction) => {
      const account = await findAccountByEmail(transaction, email);
      if (account === undefined) return undefined;
      if ((await findPictureHash(transaction, account.id)) === null) return false;
      await deletePicture(transaction, account.id);
      const event = { event: 'picture.removed', account: account.id, subject: 'operator' };
      await recordAudit(transaction, event, this.#clock.now());
      return true;
    });
  }
}
