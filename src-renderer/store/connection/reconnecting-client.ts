import { AppApiError, type AppApiClient } from '#shared/app-api/index.ts';
import { startStore } from '../start-store.ts';
import { useApp } from '../state.ts';

/** First and longest delay of a retry, ms. The agent is on this machine, so an attempt costs little. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;
/** Shortest delay after an immediate failure, ms. */
const SHORTEST_PAUSE = 50;
/** Duration of a connection that resets the back-off, ms. */
const STABLE = 10_000;

export type ReconnectOptions = Readonly<{
  connect(): Promise<AppApiClient>;
  /** A new connection replaces the previous one. */
  onApi(api: AppApiClient): void;
  /** A connection or an attempt has failed; the next attempt follows automatically. */
  onProblem(error: unknown): void;
  /** Returns 0 up to 1. */
  random?: () => number;
}>;

/** Connects to the agent, keeps the store up to date, and reconnects with back-off until it is stopped. */
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

  /** Ends the current delay. */
  retry(): void {
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
    this.#current?.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#once();
      if (this.#stopped) return;
      useApp.setState({ connection: 'lost' });
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
