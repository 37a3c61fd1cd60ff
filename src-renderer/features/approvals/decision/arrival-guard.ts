import type { Clock, Timer } from '#shared/clock.ts';

/** How long the buttons of a request do nothing after it came or moved, ms: longer than a double click or a word being typed takes. */
export const ARRIVAL_PERIOD = 500;

/** `fresh`: just came. `moved`: was there and is in another place now, or the window has just come to the front. */
export type Readiness = 'fresh' | 'moved' | 'ready';

/** A right that a peer asks for has a number, a request of a gateway a key. */
export type GuardedId = number | string;

type Guarded = Readonly<{ until: number; readiness: Exclude<Readiness, 'ready'> }>;

/**
 * Keeps a click or key that was meant for something else from answering a request. A request takes an answer only when it has been in its
 * place, before the person's eyes, for the period. Time is monotonic: setting the wall clock opens nothing.
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

  /** Tells which requests are shown, in their order. */
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

  /** The window has come to the front: the click or key that brought it there is meant for nothing in it. */
  shown(): void {
    const until = this.#clock.monotonic() + ARRIVAL_PERIOD;
    for (const id of this.#order) {
      this.#guarded.set(id, { until, readiness: this.#guarded.get(id)?.readiness ?? 'moved' });
    }
    if (this.#order.length > 0) this.#changed();
  }

  /** A request this guard has not been told of is as fresh as can be. */
  readiness(id: GuardedId): Readiness {
    const guarded = this.#guarded.get(id);
    if (guarded !== undefined && guarded.until > this.#clock.monotonic()) return guarded.readiness;
    return this.#order.includes(id) ? 'ready' : 'fresh';
  }

  /** Calls the listener whenever the readiness of a request may be another one; the result takes it off again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets everything: what is shown again is fresh again. Idempotent. */
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
