import { AppApiError, type AppApiClient } from '#shared/app-api/index.ts';
import { startStore } from './start.ts';
import { useApp } from './state.ts';

/** Before the first retry, and at most, ms. The agent is on this machine, so a try costs nothing. */
const FIRST_DELAY = 250;
const LONGEST_DELAY = 5000;
/** A connection that lasted this long starts over with short waits, ms. */
const STABLE = 10_000;

export type KeepConnectedOptions = Readonly<{
  connect(): Promise<AppApiClient>;
  /** There is a new connection. The one before is over. */
  onApi(api: AppApiClient): void;
  /** A try has failed; the next one comes. */
  onProblem(error: unknown): void;
  random?: () => number;
}>;

export interface KeptConnection {
  /** Tries at once, where it waits. */
  retry(): void;
  stop(): void;
}

/** Connects, keeps the state of the window, and connects again with growing waits as long as the window is there. */
export function keepConnected({
  connect,
  onApi,
  onProblem,
  random = Math.random,
}: KeepConnectedOptions): KeptConnection {
  let stopped = false;
  let current: AppApiClient | undefined;
  let wake: (() => void) | undefined;
  let delay = FIRST_DELAY;

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => wake?.(), milliseconds);
      wake = () => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
    });

  const once = async (): Promise<void> => {
    try {
      const api = await connect();
      if (stopped) {
        api.close();
        return;
      }
      current = api;
      const since = performance.now();
      const stopStore = startStore(api);
      onApi(api);
      const error = await api.closed;
      stopStore();
      if (performance.now() - since >= STABLE) delay = FIRST_DELAY;
      onProblem(error ?? new AppApiError('control.lost', 'the connection was closed'));
    } catch (error) {
      onProblem(error);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      await once();
      if (stopped) return;
      useApp.setState({ connection: 'lost' });
      // Full jitter; never at once, so that what refuses at once costs nothing.
      await pause(50 + random() * delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
    }
  };
  void run();

  return {
    retry: () => wake?.(),
    stop: () => {
      stopped = true;
      wake?.();
      current?.close();
    },
  };
}
