import type { Transaction } from 'kysely';
import { PLATFORM_LIMITS, type AccountView } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import { findAccount, findAccountByEmail, viewAccount, type AccountRow } from './account-rows.ts';
import { recordAudit } from './audit.ts';
import { clientNetwork } from './client-network.ts';
import { disabled, wrongCredentials } from './errors.ts';
import type { AccountParts, Client } from './parts.ts';
import type { AccountTask, AfterCommit } from './ports.ts';

/** Session that was just created. */
export type SignedIn = Readonly<{ status: 'signed-in'; account: AccountView; token: string }>;

/** Result of a sign-in by password: a session, or a ticket for the second factor. */
export type SignInResult = SignedIn | Readonly<{ status: 'passkey-needed'; ticket: string; expiresAt: number }>;

/** Result of a task in a transaction, and what to do once it is stored. */
export type Stored<Result> = Readonly<{
  result: Result;
  account: string;
  /** Sessions that have ended. */
  ended: readonly string[];
  afterCommit?: AfterCommit;
}>;

/** Reason of a sign-in, for the audit log. */
export type SignInMeans = 'password' | 'passkey' | 'sign-up' | 'verify' | 'reset';

/** Creates sessions for people who have proved who they are, and checks passwords. */
export class SignIns {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /**
   * Signs in with a password. Takes as long, and computes one hash, whether the address has an account or not.
   * @throws {PlatformError} `account.credentials`, `account.disabled`, `platform.rate`, `platform.busy`
   */
  async withPassword(
    { email, password }: Readonly<{ email: string; password: string }>,
    client: Client,
  ): Promise<SignInResult> {
    const { rates, store, hasher } = this.#parts;
    rates.admitSignIn(client.group);
    // A sign-up whose mail waits doesn't count, and gets no answer of its own: it would tell that the address has no account.
    const account = await store.read((database) => findAccountByEmail(database, email));
    const rehashed = await this.checkPassword(account, email, password, client);
    if (account?.disabled_at !== null) throw disabled();
    const fresh = rehashed ? await hasher.hash(password, client.signal) : undefined;
    return this.commit(({ transaction }) => this.#finish(transaction, account, fresh, client));
  }

  /**
   * Checks the password of an account. Every check of a password goes through here, with its limits.
   * @param account undefined if there is none, which is as slow and never right; without an ID for a sign-up that waits for its mail
   * @returns true if the hash should be replaced
   * @throws {PlatformError} `account.credentials`, `platform.rate`, `platform.busy`
   */
  async checkPassword(
    account: Readonly<{ id?: string; password: string | null }> | undefined,
    email: string,
    password: string,
    client: Client,
  ): Promise<boolean> {
    const { rates, hasher, background, store, clock } = this.#parts;
    rates.admitPassword(client.group, email);
    const check = await hasher.check(password, account?.password ?? undefined, client.signal);
    if (check !== 'wrong') return check === 'rehash';
    const id = account?.id;
    if (id !== undefined && rates.mayRecordFailure(client.group, id)) {
      // After the answer, whose time would tell that there is an account.
      background.add('audit', () =>
        store.transact((transaction) =>
          recordAudit(
            transaction,
            { event: 'sign-in.failed', account: id, network: clientNetwork(client.address) },
            clock.now(),
          ),
        ),
      );
    }
    throw wrongCredentials();
  }

  /** Runs a task in a transaction, and afterwards tells the listener which sessions have ended. */
  async commit<Result>(task: (within: AccountTask) => Promise<Stored<Result>>): Promise<Result> {
    const { store, listener } = this.#parts;
    const stored = await store.transact(
      (transaction, members) => task({ transaction, members }),
      ({ account, ended, afterCommit }) => {
        afterCommit?.();
        if (ended.length > 0) listener.ended(account, ended);
        listener.changed(account, 'sessions');
      },
    );
    return stored.result;
  }

  /** Creates a session in the caller's transaction, for `commit`. */
  async open(
    transaction: Transaction<Database>,
    account: AccountRow,
    means: SignInMeans,
    client: Client,
  ): Promise<Stored<SignedIn>> {
    const { sessions, clock } = this.#parts;
    const now = clock.now();
    const network = clientNetwork(client.address);
    const { token, ended } = await sessions.create(
      transaction,
      { account: account.id, network, agent: client.agent },
      now,
    );
    await recordAudit(transaction, { event: 'sign-in', account: account.id, subject: means, network }, now);
    const view = await viewAccount(transaction, account, now, now);
    return { result: { status: 'signed-in', account: view, token }, account: account.id, ended };
  }

  /** Creates a session, or the ticket for the second factor if the account has one, in the caller's transaction. */
  async openAfterPassword(
    transaction: Transaction<Database>,
    account: AccountRow,
    means: SignInMeans,
    client: Client,
  ): Promise<Stored<SignInResult>> {
    if (account.second_factor === 0) return this.open(transaction, account, means, client);
    const { tokens, clock } = this.#parts;
    const expiresAt = clock.now() + PLATFORM_LIMITS.passkeyChallenge;
    await tokens.revoke(transaction, account.id, ['second-factor'], 2);
    const ticket = await tokens.create(transaction, { purpose: 'second-factor', account: account.id }, expiresAt);
    return { result: { status: 'passkey-needed', ticket, expiresAt }, account: account.id, ended: [] };
  }

  async #finish(
    transaction: Transaction<Database>,
    checked: AccountRow,
    fresh: string | undefined,
    client: Client,
  ): Promise<Stored<SignInResult>> {
    const account = await findAccount(transaction, checked.id);
    // The password may have been changed, and the account disabled, while the hash was computed.
    if (account === undefined || account.password !== checked.password) throw wrongCredentials();
    if (account.disabled_at !== null) throw disabled();
    if (fresh !== undefined) {
      await transaction.updateTable('accounts').set({ password: fresh }).where('id', '=', account.id).execute();
    }
    return this.openAfterPassword(transaction, account, 'password', client);
  }
}
