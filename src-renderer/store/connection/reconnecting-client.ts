import { AppApiError, type AppApiClient } from '#shared/app-api/index.ts';
import { startStore } from '../start-store.ts';
import { useApp } from '../state.ts';

/** Before the first retry, and at most, ms. The agent is on this machine, so a try costs little. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;
/** What refuses at once is not asked again at once, ms. */
const SHORTEST_PAUSE = 50;
/** A connection that lasted this long starts over with short waits, ms. */
const STABLE = 10_000;

export type ReconnectOptions = Readonly<{
  connect(): Promise<AppApiClient>;
  /** There is a new connection. The one before is over. */
  onApi(api: AppApiClient): void;
  /** A connection has ended or a try has failed; the next try comes by itself. */
  onProblem(error: unknown): void;
  /** From 0 up to 1. */
  random?: () => number;
}>;

/** Connects, keeps the state of the window, and connects again with growing waits as long as the window is there. */
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

  /** Tries at once, where it waits. */
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
