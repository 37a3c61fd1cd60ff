import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema/index.ts';
import type { StoreTransaction } from './transaction.ts';

/** Ended connection between two devices: times and byte counts, never content. */
export type SessionRecord = Readonly<{
  connection: string;
  from: string;
  to: string;
  /** Unix ms. */
  startedAt: number;
  endedAt: number;
  /** Bytes from the initiator to the responder; `bytesBack` counts the other direction. */
  bytesForward: number;
  bytesBack: number;
  reason: string;
}>;

/** Account whose enrol ticket admitted a device, and its own devices in the projects of that device. */
export type AccountDevices = Readonly<{
  account: string;
  email: string;
  /** A session of the account gave its password or a passkey within the last ten minutes. */
  isSteppedUp: boolean;
  devices: readonly string[];
}>;

/**
 * Database of the relay: projects, devices, members, session history and accounts. Opened by `startRelay`; the hub uses its rules of membership, and
 * the platform's features reach their tables through `transact` and `read`. No two tasks of `exclusively` and `transact` run at the same time. All
 * times are Unix ms.
 *
 * A task does nothing but query: everyone waits while it waits for something else. It queries only through what it was given. A call of the store
 * from within a task rejects, since it would wait for its own end.
 */
export interface Store {
  /**
   * Runs a task with the rules of membership in a transaction.
   * @param committed called with the result once it is on disk and before the next task starts
   */
  exclusively<Result>(
    task: (changes: StoreTransaction) => Promise<Result>,
    committed?: (result: Result) => void,
  ): Promise<Result>;

  /**
   * Runs a task in a transaction, which is rolled back if the task rejects.
   * @param task gets the transaction for its own tables, and the rules of membership in the same transaction
   * @param committed called with the result once it is on disk and before the next task starts
   */
  transact<Result>(
    task: (transaction: Transaction<Database>, changes: StoreTransaction) => Promise<Result>,
    committed?: (result: Result) => void,
  ): Promise<Result>;

  /** Runs queries outside of a transaction: each sees what was committed by then. A query that writes rejects. */
  read<Result>(task: (database: Kysely<Database>) => Promise<Result>): Promise<Result>;

  /** Reports whether a device is a current member of one of the projects. */
  isMemberOfAny(peer: string, projects: readonly string[]): Promise<boolean>;

  /**
   * Lists the devices of the account whose ticket admitted a device, that one included: those that its tickets admitted to the same projects, and, in
   * projects that it owns, those that other devices admitted. Undefined for a device that no active account admitted.
   */
  accountDevices(peer: string, now: number): Promise<AccountDevices | undefined>;

  /** Adds ended connections to the history and deletes the oldest beyond the limits. */
  addSessions(records: readonly SessionRecord[], now: number): Promise<void>;

  /** Lists the session history, newest first. */
  sessions(limit: number): Promise<SessionRecord[]>;

  close(): Promise<void>;
}
