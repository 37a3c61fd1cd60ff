import type { Clock, Timer } from '#shared/clock.ts';

/** Time during which the buttons of a new or moved request are disabled, ms; longer than a double click or the typing of a word. */
export const ARRIVAL_PERIOD = 600;

/**
 * State of a request's buttons. `fresh`: the request has just arrived. `moved`: the request has changed its position, or the window has just come to
 * the front. `ready`: the buttons accept a press.
 */
export type Readiness = 'fresh' | 'moved' | 'ready';

/** ID of a guarded request: a number for a peer's request, a string for a gateway's. */
export type GuardedId = number | string;

type Guarded = Readonly<{ until: number; readiness: Exclude<Readiness, 'ready'> }>;

/**
 * Keeps a click or key that was meant for something else from answering a request. A request becomes `ready` after it has stayed in its position and
 * in sight for `ARRIVAL_PERIOD`. Uses monotonic time, so that setting the wall clock changes nothing. `useArrivalGuard` creates one for a page.
 * Touches only its clock.
 */
export class ArrivalGuard {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  readonly #guarded = new Map<GuardedId, Guarded>();
  #order: readonly GuardedId[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the IDs of the shown requests, in their order on the page. */
  update(ids: readonly GuardedId[]): void {
    const before = new Map(this.#order.map((id, index) => [id, index]));
    this.#order = [...ids];
    const until = this.#clock.monotonic() + ARRIVAL_PERIOD;
    let changed = false;
    for (const [index, id] of ids.entries()) {
      const was = before.get(id);
      if (was === index) continue;
      const readiness = was === undefined || this.#guarded.get(id)?.readiness === 'fresh' ? 'fresh' : 'moved';
      this.#guarded.set(id, { until, readiness });
      changed = true;
    }
    const shown = new Set(ids);
    for (const id of this.#guarded.keys()) if (!shown.has(id)) this.#guarded.delete(id);
    if (changed) this.#changed();
  }

  /**
   * Restarts the period of all requests: because the window has come to the front, and the click or key that brought it there isn't an answer; or
   * because a row has opened, closed or grown, and another one may be under the pointer now.
   */
  shown(): void {
    const until = this.#clock.monotonic() + ARRIVAL_PERIOD;
    for (const id of this.#order) {
      this.#guarded.set(id, { until, readiness: this.#guarded.get(id)?.readiness ?? 'moved' });
    }
    if (this.#order.length > 0) this.#changed();
  }

  /** Returns the readiness of a request; one that isn't shown is `fresh`. */
  readiness(id: GuardedId): Readiness {
    const guarded = this.#guarded.get(id);
    if (guarded !== undefined && guarded.until > this.#clock.monotonic()) return guarded.readiness;
    return this.#order.includes(id) ? 'ready' : 'fresh';
  }

  /** Adds a listener that is called after a request's readiness changed. @returns a function that removes the listener */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets all requests and stops the timer. A request that is shown again is `fresh`. Idempotent. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#guarded.clear();
    this.#order = [];
  }

  #changed(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const [id, { until }] of this.#guarded) if (until <= now) this.#guarded.delete(id);
    const next = Math.min(...[...this.#guarded.values()].map(({ until }) => until));
    if (Number.isFinite(next)) this.#timer = this.#clock.setTimer(next - now, () => this.#changed());
    for (const listener of this.#listeners) listener();
  }
}
