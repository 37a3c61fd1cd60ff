import { DirectError } from '#shared/direct/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';

/** Delay between the starts of two attempts, ms (RFC 8305 section 5). */
const STAGGER = 250;
/** Time limit of one attempt, ms. */
const ATTEMPT_TIMEOUT = 3000;

/** Options of `raceAddresses`. */
export type RaceOptions<T> = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Delay between the starts of two attempts, ms; undefined: 250. */
  stagger?: number;
  /** Time limit of one attempt, ms; undefined: 3000. */
  timeout?: number;
  /** Dials one address and completes the handshake. The signal aborts at the time limit, or when another attempt has won. */
  attempt(address: string, signal: AbortSignal): Promise<T>;
  /** Called when an attempt has failed and none has won. */
  failed?(address: string, code: string): void;
  /** Closes the result of an attempt that succeeds after another one has won. */
  discard(result: T): void;
}>;

/** Address that won, and the result of its attempt. */
export type RaceResult<T> = Readonly<{ address: string; result: T }>;

/**
 * Dials a peer's addresses in order until one succeeds, as Happy Eyeballs does. Each attempt starts 250 ms after the last one, or at once if that
 * failed. The first success aborts the other attempts. Used by the links to a peer (`TransportDialer`). Touches the network through `attempt` only.
 * @throws {DirectError} `direct.aborted`; if all attempts failed, their common code, or `direct.unreachable` (details: tried, reasons)
 */
export function raceAddresses<T>(addresses: readonly string[], options: RaceOptions<T>): Promise<RaceResult<T>> {
  return new Promise((resolve, reject) => {
    new Race(addresses, options, resolve, reject).start();
  });
}

class Race<T> {
  readonly #waiting: string[];
  readonly #options: RaceOptions<T>;
  readonly #resolve: (won: RaceResult<T>) => void;
  readonly #reject: (error: DirectError) => void;
  readonly #running = new Set<AbortController>();
  readonly #failures = new Map<string, string>();
  #next: Timer | undefined;
  #over = false;

  constructor(
    addresses: readonly string[],
    options: RaceOptions<T>,
    resolve: (won: RaceResult<T>) => void,
    reject: (error: DirectError) => void,
  ) {
    this.#waiting = [...new Set(addresses)];
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { signal } = this.#options;
    if (signal.aborted) this.#onAbort();
    else {
      signal.addEventListener('abort', this.#onAbort, { once: true });
      this.#begin();
    }
  }

  #begin(): void {
    if (this.#over) return;
    this.#next?.cancel();
    this.#next = undefined;
    const address = this.#waiting.shift();
    if (address === undefined) {
      if (this.#running.size === 0) this.#lose();
      return;
    }
    const { clock, attempt, timeout, stagger } = this.#options;
    const controller = new AbortController();
    const late = clock.setTimer(timeout ?? ATTEMPT_TIMEOUT, () => fail('direct.timeout'));
    const fail = (code: string): void => {
      late.cancel();
      if (!this.#running.delete(controller)) return;
      controller.abort();
      this.#failures.set(address, code);
      this.#options.failed?.(address, code);
      this.#begin();
    };
    this.#running.add(controller);
    // An attempt that throws synchronously must not end the others either.
    void Promise.resolve()
      .then(() => attempt(address, controller.signal))
      .then(
        (result) => {
          late.cancel();
          if (this.#running.delete(controller)) this.#win(address, result);
          else this.#options.discard(result);
        },
        (error: unknown) => fail(errorCode(error)),
      );
    this.#next = clock.setTimer(stagger ?? STAGGER, () => this.#begin());
  }

  #win(address: string, result: T): void {
    this.#end();
    this.#resolve({ address, result });
  }

  #lose(): void {
    const codes = new Set(this.#failures.values());
    const [only] = codes;
    const code = codes.size === 1 && only !== undefined ? only : 'direct.unreachable';
    const reasons = Array.from(this.#failures, ([address, reason]) => `${address}: ${reason}`).join(', ');
    this.#end();
    this.#reject(
      new DirectError(code, 'no address led to the peer', { details: { tried: this.#failures.size, reasons } }),
    );
  }

  readonly #onAbort = (): void => {
    this.#end();
    this.#reject(new DirectError('direct.aborted', 'given up'));
  };

  #end(): void {
    this.#over = true;
    this.#next?.cancel();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    const running = [...this.#running];
    this.#running.clear();
    for (const controller of running) controller.abort();
  }
}
