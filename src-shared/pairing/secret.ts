import { PairingError } from './errors.ts';

/** Maximum number of codes that are remembered. People type only a few. */
const MOST_SPENT = 1000;

/**
 * Secret half of a code, which only the two people know. It can be taken once, so that a guesser gets one run at each end, even if the relay
 * interrupts, repeats or reopens the pairing (PROTOCOL section 2).
 */
export class PairingSecret {
  #bytes: Uint8Array | undefined;

  readonly #onTake: () => void;

  /** Copies the secret. @param onTake called by the first `take` before it returns; `take` throws the errors of `onTake` */
  constructor(bytes: Uint8Array, onTake: () => void = () => undefined) {
    this.#bytes = bytes.slice();
    this.#onTake = onTake;
  }

  /** True once `take` has been called. */
  get used(): boolean {
    return this.#bytes === undefined;
  }

  /** Returns the secret, once. @throws {PairingError} `pairing.used` from the second call on */
  take(): Uint8Array {
    const bytes = this.#bytes;
    if (bytes === undefined) throw new PairingError('pairing.used', 'this pairing code has been used');
    this.#bytes = undefined;
    this.#onTake();
    return bytes;
  }
}

/**
 * List of the codes that were typed and used. Without it, a relay that interrupts a pairing would get another guess each time the person types the
 * same code again. The agent has one list, in memory, and passes it to every `parseCode`.
 */
export class SpentCodes {
  readonly #codes = new Set<string>();

  /** Records a code as used. @throws {PairingError} `pairing.used` if it was used before */
  spend(code: string): void {
    if (this.#codes.has(code)) throw new PairingError('pairing.used', 'this pairing code has been used');
    this.#codes.add(code);
    for (const oldest of this.#codes) {
      if (this.#codes.size <= MOST_SPENT) break;
      this.#codes.delete(oldest);
    }
  }
}
