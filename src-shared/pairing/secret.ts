import { PairingError } from './errors.ts';

/** Codes remembered; a person types a handful. */
const MOST_SPENT = 1000;

/**
 * The part of a code that only the two people know. It can be taken once: whoever guesses gets one run at each end and no more, whatever
 * the relay breaks off, repeats or opens anew (PROTOCOL section 2).
 */
export class PairingSecret {
  #bytes: Uint8Array | undefined;

  readonly #onTake: () => void;

  /** @param onTake called by the first `take`, before it returns; what it throws, `take` throws */
  constructor(bytes: Uint8Array, onTake: () => void = () => undefined) {
    this.#bytes = bytes.slice();
    this.#onTake = onTake;
  }

  /** Whether `take` was called. */
  get used(): boolean {
    return this.#bytes === undefined;
  }

  /** @throws {PairingError} `pairing.used` from the second call on. */
  take(): Uint8Array {
    const bytes = this.#bytes;
    if (bytes === undefined) throw new PairingError('pairing.used', 'this pairing code has been used');
    this.#bytes = undefined;
    this.#onTake();
    return bytes;
  }
}

/**
 * Codes that were typed and had their run. Without it a relay that breaks a run off would get another guess each time the person types the
 * same code again. One for the whole program, given to every `parseCode`.
 */
export class SpentCodes {
  readonly #codes = new Set<string>();

  /** @throws {PairingError} `pairing.used` when the code had its run. */
  spend(code: string): void {
    if (this.#codes.has(code)) throw new PairingError('pairing.used', 'this pairing code has been used');
    this.#codes.add(code);
    for (const oldest of this.#codes) {
      if (this.#codes.size <= MOST_SPENT) break;
      this.#codes.delete(oldest);
    }
  }
}
