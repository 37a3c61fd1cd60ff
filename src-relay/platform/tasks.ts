import type { Transaction } from 'kysely';
import type { Clock } from '#shared/clock.ts';
import type { ACCOUNT_TOPICS, PROJECT_TOPICS } from '#shared/platform/index.ts';
import type { MemberRemoval } from '../hub/index.ts';
import type { Database, Store, StoreTransaction } from '../store/index.ts';
import type { AuditEvent } from './context.ts';

/** Thing of a project that changed. */
export type ProjectTopic = (typeof PROJECT_TOPICS)[number];
/** Thing of an account that changed. */
export type AccountTopic = (typeof ACCOUNT_TOPICS)[number];

/** Consequence of a task that others have to see once it is stored. IDs are those of the API. */
export type Change =
  | Readonly<{ kind: 'project'; project: string; topic: ProjectTopic; ids: readonly string[] }>
  | Readonly<{ kind: 'account'; account: string; topic: AccountTopic; ids: readonly string[] }>
  /** A device lost its project: its connections end. */
  | Readonly<{ kind: 'removal'; removal: MemberRemoval }>
  /** Someone or something lost a right: connections that needed it end. */
  | Readonly<{ kind: 'access' }>;

/** Receiver of changes, after they are stored. */
export type ChangeListener = (changes: readonly Change[]) => void;

/** Transaction of the platform: its database, the rules of membership, and what others have to see afterwards. */
export class PlatformTask {
  readonly database: Transaction<Database>;
  readonly members: StoreTransaction;
  /** Time of the task, Unix ms. */
  readonly now: number;
  readonly #changes: Change[] = [];
  readonly #record: AuditRecorder;

  constructor(database: Transaction<Database>, members: StoreTransaction, now: number, record: AuditRecorder) {
    this.database = database;
    this.members = members;
    this.now = now;
    this.#record = record;
  }

  /** Changes so far, in their order. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** Notes that something of a project changed. @param project 32 hexadecimal digits */
  changed(project: string, topic: ProjectTopic, ids: readonly string[]): void {
    this.#changes.push({ kind: 'project', project, topic, ids });
  }

  /** Notes that something of an account changed. @param account 32 hexadecimal digits */
  accountChanged(account: string, topic: AccountTopic, ids: readonly string[]): void {
    this.#changes.push({ kind: 'account', account, topic, ids });
  }

  /** Notes that a device was removed from a project. */
  removed(removal: MemberRemoval): void {
    this.#changes.push({ kind: 'removal', removal });
  }

  /** Notes that rights were lost. */
  accessLost(): void {
    this.#changes.push({ kind: 'access' });
  }

  /** Writes an event to the audit log, and notes that the history of its project changed. */
  record(event: AuditEvent): Promise<void> {
    if (event.project !== undefined) this.changed(event.project, 'history', []);
    return this.#record(this.database, event, this.now);
  }
}

/** Writes an event to the audit log, in a transaction. @param now Unix ms */
export type AuditRecorder = (database: Transaction<Database>, event: AuditEvent, now: number) => Promise<void>;

/** Runs the platform's tasks in transactions of the store, and reports their changes once they are stored. */
export class PlatformTasks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #record: AuditRecorder;
  readonly #listener: ChangeListener;

  constructor(options: Readonly<{ store: Store; clock: Clock; record: AuditRecorder; listener: ChangeListener }>) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#record = options.record;
    this.#listener = options.listener;
  }

  /** Runs a task in a transaction, which is rolled back with its changes if the task rejects. */
  async run<Result>(work: (task: PlatformTask) => Promise<Result>): Promise<Result> {
    const { result } = await this.#store.transact(
      async (transaction, members) => {
        const task = this.within(transaction, members);
        return { result: await work(task), task };
      },
      ({ task }) => this.committed(task),
    );
    return result;
  }

  /** Returns a task in a transaction of another feature, which calls `committed` with it in `committed` of that transaction. */
  within(transaction: Transaction<Database>, members: StoreTransaction): PlatformTask {
    return new PlatformTask(transaction, members, this.#clock.now(), this.#record);
  }

  /** Reports the changes of a task that is stored. */
  committed({ changes }: PlatformTask): void {
    if (changes.length > 0) this.#listener(changes);
  }
}
