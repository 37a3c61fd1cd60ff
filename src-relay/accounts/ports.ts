import type { Kysely, Transaction } from 'kysely';
import type { AccountExport } from '#shared/platform/index.ts';
import type { Database, StoreTransaction } from '../store/index.ts';
import type { OneTimeRow } from './one-time-tokens.ts';

/** Transaction of the accounts, in which another feature changes something of its own. */
export type AccountTask = Readonly<{
  transaction: Transaction<Database>;
  /** Rules of membership in the same transaction. */
  members: StoreTransaction;
}>;

/** Call that tells others what a part of a transaction changed, once it is stored. */
export type AfterCommit = () => void;

/** Invitations to projects, as far as signing up needs them. The platform implements it. */
export interface Invitations {
  /** Reports whether a pending invitation to this address lets it sign up. */
  isInvited(database: Kysely<Database>, email: string, now: number): Promise<boolean>;

  /** Accepts the pending invitations to an address that the account has just proved. Leaves those open that it can't accept. */
  fulfil(task: AccountTask, account: string, email: string): Promise<AfterCommit>;

  /**
   * Accepts the invitation of a link, whatever address it was for. Its token is used up already, in the same transaction.
   * @throws {PlatformError} `account.link` if the invitation is over; the transaction is rolled back
   */
  redeem(task: AccountTask, account: string, token: OneTimeRow): Promise<AfterCommit>;
}

/** Data of accounts that other features own. The platform implements it. */
export interface AccountData {
  /**
   * Removes what an account leaves behind in projects, before its row is deleted and with it every row that refers to it. Projects that only this account
   * owns must be gone then.
   */
  remove(task: AccountTask, account: string): Promise<AfterCommit>;

  /** Tells the people of an account's projects that its name or picture has changed. */
  changed(task: AccountTask, account: string): Promise<AfterCommit>;

  /** Ends what a disabled account admitted: device keys and their connections. Called again for the same account at each start. */
  disabled(account: string): Promise<void>;

  /** Returns the other features' part of the export. */
  export(
    database: Kysely<Database>,
    account: string,
    now: number,
  ): Promise<Pick<AccountExport, 'projects' | 'invitations' | 'skillConfigs' | 'plainSessions'>>;
}

/** Receiver of changes after they are stored: connections of ended sessions close, and pages reload what has changed. */
export interface AccountListener {
  /** Called when sessions have ended; `all` also after an account was disabled or deleted. */
  ended(account: string, sessions: readonly string[] | 'all'): void;

  changed(account: string, topic: 'account' | 'sessions'): void;
}
