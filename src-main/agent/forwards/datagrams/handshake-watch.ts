import type { Clock, Timer } from '#shared/clock.ts';

/** WireGuard handshake messages (whitepaper section 5.4): the first byte is the type, the next three are zero, and the length is fixed. */
const INITIATION = { type: 1, length: 148 };
const RESPONSE = { type: 2, length: 92 };

/** Time without a response after which the other end counts as silent, ms; WireGuard repeats an initiation every 5 s. */
export const RESPONSE_TIMEOUT = 17_000;

/** Watcher of the WireGuard handshakes that pass through a forward of kind `wg-proxy`: recognises them by type and length, and reads nothing else. */
export class HandshakeWatch {
  readonly #clock: Clock;
  readonly #changed: (isSilent: boolean) => void;
  readonly #answered: (at: number) => void;
  #lastAt: number | undefined;
  #waiting: Timer | undefined;
  #isSilent = false;

  /**
   * @param changed called with true when initiations are no longer answered, and with false when they are again
   * @param answered called with the time of each response: Unix time, ms
   */
  constructor(clock: Clock, changed: (isSilent: boolean) => void, answered: (at: number) => void = () => undefined) {
    this.#clock = clock;
    this.#changed = changed;
    this.#answered = answered;
  }

  /** Unix time of the latest response, ms; undefined if there was none. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  /** Examines a datagram in either direction. */
  inspect(bytes: Uint8Array): void {
    if (bytes[1] !== 0 || bytes[2] !== 0 || bytes[3] !== 0) return;
    if (bytes[0] === INITIATION.type && bytes.length === INITIATION.length) this.#initiated();
    else if (bytes[0] === RESPONSE.type && bytes.length === RESPONSE.length) this.#responded();
  }

  /** Stops watching. */
  stop(): void {
    this.#waiting?.cancel();
  }

  #initiated(): void {
    this.#waiting ??= this.#clock.setTimer(RESPONSE_TIMEOUT, () => this.#setSilent(true));
  }

  #responded(): void {
    this.#waiting?.cancel();
    this.#waiting = undefined;
    this.#lastAt = Math.floor(this.#clock.now());
    this.#answered(this.#lastAt);
    this.#setSilent(false);
  }

  #setSilent(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return;
    this.#isSilent = isSilent;
    this.#changed(isSilent);
  }
}
