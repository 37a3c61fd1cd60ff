import type { Transaction } from 'kysely';
import { errorMessage } from '#shared/errors.ts';
import { toUuid } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import type { PlainContext } from './context.ts';
import { deleteExpiredCodes, markSeen } from './device-rows.ts';
import { addBytes, deleteOld, endSession, listOlder, type EndReason } from './session-rows.ts';
import type { CountedBytes } from './terminals.ts';

/**
 * Writes to the database what happens on connections: ends and bytes of sessions, and when devices were seen. Doesn't hold up the connections; a failed
 * write is logged. Created by `startPlainProtocol`.
 */
export class SessionRecords {
  readonly #context: PlainContext;
  readonly #writes = new Set<Promise<void>>();
  #isClosed = false;

  constructor(context: PlainContext) {
    this.#context = context;
  }

  /** Records the end of a session, and tells the pages of its project. */
  ended(id: string, reason: EndReason, bytes: CountedBytes): void {
    this.#write(async (transaction) => {
      await addBytes(transaction, id, bytes);
      await endSession(transaction, id, reason, this.#context.clock.now());
      const row = await transaction
        .selectFrom('plain_sessions')
        .innerJoin('plain_devices', 'plain_devices.id', 'plain_sessions.device')
        .select('plain_devices.project as project')
        .where('plain_sessions.id', '=', id)
        .executeTakeFirst();
      return () => {
        if (row !== undefined) this.#context.changed(row.project, 'history', [toUuid(id)]);
      };
    });
  }

  /** Records that a device is connected now, or was until now. */
  seen(device: string): void {
    this.#write((transaction) => markSeen(transaction, device, this.#context.clock.now()));
  }

  /** Records bytes of sessions that go on. */
  carried(counted: readonly CountedBytes[]): void {
    if (counted.length === 0) return;
    this.#write(async (transaction) => {
      for (const bytes of counted) await addBytes(transaction, bytes.id, bytes);
    });
  }

  /** Deletes old sessions and expired pairing codes. */
  prune(): void {
    const { limits, clock } = this.#context;
    this.#write(async (transaction) => {
      await deleteOld(transaction, limits, clock.now());
      await deleteExpiredCodes(transaction, clock.now());
    });
  }

  /** Lists active sessions that began before a time. */
  listOlder(before: number): Promise<Readonly<{ id: string; device: string }>[]> {
    return this.#context.store.read((database) => listOlder(database, before));
  }

  /** Waits for all writes that were begun, and begins no more: sockets may still end while the store closes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#writes.size > 0) await Promise.all(this.#writes);
  }

  #write(task: (transaction: Transaction<Database>) => Promise<(() => void) | void>): void {
    if (this.#isClosed) return;
    const write = this.#run(task).finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  async #run(task: (transaction: Transaction<Database>) => Promise<(() => void) | void>): Promise<void> {
    try {
      const announce = await this.#context.store.transact(task);
      announce?.();
    } catch (error) {
      this.#context.logger.error('plain session not recorded', { message: errorMessage(error) });
    }
  }
}
