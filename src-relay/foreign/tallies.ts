import { errorMessage } from '#shared/errors.ts';
import type { ForeignContext } from './context.ts';
import { noteHeard, type InstanceRow } from './instance-rows.ts';

/** Counts of an instance since the start of the relay, and the time when it was heard last, Unix ms. */
export type Tally = { sent: number; received: number; refused: number; heardAt: number | undefined };

/** Most instances that have counts; beyond, the oldest are dropped. */
const MOST = 100_000;

/** Instance whose tally is meant. One that was removed and made again is another one, with another time. */
type Tallied = Pick<InstanceRow, 'id' | 'created_at'>;

/** Counts of instances, in memory. Notes in the database when they were heard, at most once a minute for each. Created by `startForeign`. */
export class Tallies {
  readonly #context: ForeignContext;
  /** Tallies by the name of the instance, with the time at which it was made, Unix ms. */
  readonly #byId = new Map<string, Readonly<{ createdAt: number; tally: Tally }>>();
  /** Time of the newest note, Unix ms. */
  readonly #noted = new Map<string, number>();
  readonly #writes = new Set<Promise<void>>();
  #isClosed = false;

  constructor(context: ForeignContext) {
    this.#context = context;
  }

  /** Returns the counts of an instance, which the caller may raise. They begin again with an instance that was made again. */
  of({ id, created_at: createdAt }: Tallied): Tally {
    const known = this.#byId.get(id);
    if (known?.createdAt === createdAt) return known.tally;
    const tally: Tally = { sent: 0, received: 0, refused: 0, heardAt: undefined };
    // The end of a removed instance's connection comes when another one may have its name.
    if (known !== undefined && known.createdAt > createdAt) return tally;
    this.forget(id);
    if (this.#byId.size >= MOST)
      for (const oldest of this.#byId.keys()) {
        this.forget(oldest);
        break;
      }
    this.#byId.set(id, { createdAt, tally });
    return tally;
  }

  /** Notes that an instance was heard now, and tells the pages of its project. @param isUrgent true for a beginning or end, which is noted at once */
  heard(instance: Tallied & Pick<InstanceRow, 'project'>, isUrgent = false): void {
    const { clock, limits } = this.#context;
    const { id, project } = instance;
    const now = clock.now();
    this.of(instance).heardAt = now;
    if (!isUrgent && now - (this.#noted.get(id) ?? 0) < limits.heard) return;
    this.#noted.set(id, now);
    if (this.#isClosed) return;
    const write = this.#write(instance, now).finally(() => this.#writes.delete(write));
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

  async #write(instance: Tallied, now: number): Promise<void> {
    try {
      await this.#context.store.transact((transaction) => noteHeard(transaction, instance, now));
    } catch (error) {
      this.#context.logger.error('instance not noted', { message: errorMessage(error) });
    }
  }
}
