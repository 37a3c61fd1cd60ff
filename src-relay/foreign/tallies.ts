import { errorMessage } from '#shared/errors.ts';
import type { ForeignContext } from './context.ts';
import { noteHeard } from './instance-rows.ts';

/** Counts of an instance since the start of the relay, and the time when it was heard last, Unix ms. */
export type Tally = { sent: number; received: number; refused: number; heardAt: number | undefined };

/** Most instances that have counts; beyond, the oldest are dropped. */
const MOST = 100_000;

/** Counts of instances, in memory. Notes in the database when they were heard, at most once a minute for each. Created by `startForeign`. */
export class Tallies {
  readonly #context: ForeignContext;
  readonly #byId = new Map<string, Tally>();
  /** Time of the newest note, Unix ms. */
  readonly #noted = new Map<string, number>();
  readonly #writes = new Set<Promise<void>>();
  #isClosed = false;

  constructor(context: ForeignContext) {
    this.#context = context;
  }

  /** Returns the counts of an instance, which the caller may raise. */
  of(id: string): Tally {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    if (this.#byId.size >= MOST) for (const oldest of this.#byId.keys()) return this.#replace(oldest, id);
    return this.#replace(undefined, id);
  }

  /** Notes that an instance was heard now, and tells the pages of its project. @param isUrgent true for a beginning or end, which is noted at once */
  heard({ id, project }: Readonly<{ id: string; project: string }>, isUrgent = false): void {
    const { clock, limits } = this.#context;
    const now = clock.now();
    this.of(id).heardAt = now;
    if (!isUrgent && now - (this.#noted.get(id) ?? 0) < limits.heard) return;
    this.#noted.set(id, now);
    if (this.#isClosed) return;
    const write = this.#write(id, now).finally(() => this.#writes.delete(write));
    this.#writes.add(write);
    this.#context.changed(project);
  }

  /** Forgets an instance that was removed. */
  forget(id: string): void {
    this.#byId.delete(id);
    this.#noted.delete(id);
  }

  /** Waits for the notes that were begun, and begins no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#writes.size > 0) await Promise.all(this.#writes);
  }

  #replace(oldest: string | undefined, id: string): Tally {
    if (oldest !== undefined) this.forget(oldest);
    const tally: Tally = { sent: 0, received: 0, refused: 0, heardAt: undefined };
    this.#byId.set(id, tally);
    return tally;
  }

  async #write(id: string, now: number): Promise<void> {
    try {
      await this.#context.store.transact((transaction) => noteHeard(transaction, id, now));
    } catch (error) {
      this.#context.logger.error('instance not noted', { message: errorMessage(error) });
    }
  }
}
