import type { Clock, Timer } from '#shared/clock.ts';

/** Messages of WireGuard (whitepaper section 5.4): the first byte is the type, the next three are zero, and handshakes have one length. */
const INITIATION = { type: 1, length: 148 };
const RESPONSE = { type: 2, length: 92 };

/** An initiation is repeated every 5 s; so long without a response, and the other end is taken for silent. */
export const RESPONSE_TIMEOUT = 17_000;

/** Looks at the handshakes that pass; what they contain is none of our business. */
export class HandshakeWatch {
  readonly #clock: Clock;
  readonly #changed: (isSilent: boolean) => void;
  readonly #answered: (at: number) => void;
  #lastAt: number | undefined;
  #waiting: Timer | undefined;
  #isSilent = false;

  /**
   * @param changed told when initiations are answered no more, and when they are again
   * @param answered told of each response that passes: wall clock, ms
   */
  constructor(clock: Clock, changed: (isSilent: boolean) => void, answered: (at: number) => void = () => undefined) {
    this.#clock = clock;
    this.#changed = changed;
    this.#answered = answered;
  }

  /** Wall clock of the newest response that passed, ms; undefined when there was none. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  see(bytes: Uint8Array): void {
    if (bytes[1] !== 0 || bytes[2] !== 0 || bytes[3] !== 0) return;
    if (bytes[0] === INITIATION.type && bytes.length === INITIATION.length) this.#initiated();
    else if (bytes[0] === RESPONSE.type && bytes.length === RESPONSE.length) this.#responded();
  }

  end(): void {
    this.#waiting?.cancel();
  }

  #initiated(): void {
    this.#waiting ??= this.#clock.setTimer(RESPONSE_TIMEOUT, () => this.#tell(true));
  }

  #responded(): void {
    this.#waiting?.cancel();
    this.#waiting = undefined;
    this.#lastAt = Math.floor(this.#clock.now());
    this.#answered(this.#lastAt);
    this.#tell(false);
  }

  #tell(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return;
    this.#isSilent = isSilent;
    this.#changed(isSilent);
  }
}
