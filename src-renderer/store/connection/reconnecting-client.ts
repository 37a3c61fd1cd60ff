import { AppApiError, type AppApiClient } from '#shared/app-api/index.ts';
import { startStore } from '../start-store.ts';
import { markLost } from '../mark-lost.ts';

/** First delay before another attempt, ms. The delay doubles after each failure. The agent is on this machine, so an attempt costs little. */
const FIRST_DELAY = 250;
/** Longest delay before another attempt, ms. */
const LONGEST_DELAY = 5000;
/** Shortest delay after a failure, ms. */
const SHORTEST_PAUSE = 50;
/** Time that a connection has to last before the delay starts from the beginning again, ms. */
const STABLE = 10_000;

export type ReconnectOptions = Readonly<{
  /** Opens one connection. */
  connect(): Promise<AppApiClient>;
  /** Called with each new connection, which replaces the previous one. */
  onApi(api: AppApiClient): void;
  /** Called with the reason when a connection or an attempt has failed. The next attempt follows by itself. */
  onProblem(error: unknown): void;
  /** Returns a number from 0 up to 1, for the jitter of delays. */
  random?: () => number;
}>;

/**
 * Keeps a connection to the agent: connects, starts the store on it (`startStore`), and connects again with exponential back-off until it is stopped.
 * `App` creates one for the window.
 */
export class ReconnectingClient {
  readonly #options: ReconnectOptions;
  #stopped = false;
  #current: AppApiClient | undefined;
  #wake: (() => void) | undefined;
  #delay = FIRST_DELAY;

  constructor(options: ReconnectOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Ends the current delay, so that the next attempt begins now. */
  retry(): void {
    this.#wake?.();
  }

  /** Closes the connection and ends all attempts. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
    this.#current?.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#once();
      if (this.#stopped) return;
      markLost();
      const random = this.#options.random ?? Math.random;
      await this.#pause(SHORTEST_PAUSE + random() * this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
    }
  }

  async #once(): Promise<void> {
    const { connect, onApi, onProblem } = this.#options;
    try {
      const api = await connect();
      if (this.#stopped) {
        api.close();
        return;
      }
      this.#current = api;
      const since = performance.now();
      let refusal: unknown;
      const stopStore = startStore(api, (why) => {
        refusal = why;
        api.close();
      });
      onApi(api);
      const closed = await api.closed;
      const error = refusal ?? closed;
      stopStore();
      if (performance.now() - since >= STABLE) this.#delay = FIRST_DELAY;
      onProblem(error ?? new AppApiError('control.lost', 'the connection was closed'));
    } catch (error) {
      onProblem(error);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
