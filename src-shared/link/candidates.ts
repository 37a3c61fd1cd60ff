import { encodeFrame } from './frame-encoder.ts';
import { FIELD } from './frames.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { Retained } from './sent-records.ts';

/** Reports whether the text is 1 to 80 characters of printable ASCII. The dialler checks whether it is an address. */
export function isCandidate(text: string): boolean {
  return /^[!-~]{1,80}$/.test(text);
}

/** Addresses announced to the other side as dialable. The newest list counts; it is sent again after a loss. */
export class Candidates {
  #addresses: readonly string[] = [];
  #isUntold = false;

  /** @throws {RangeError} for more than 16 addresses, or one that `isCandidate` rejects */
  set(addresses: readonly string[]): void {
    if (addresses.length > FIELD.candidates || addresses.some((address) => !isCandidate(address)))
      throw new RangeError('at most 16 candidates of 1 to 80 printable ASCII characters');
    this.#addresses = [...addresses];
    this.#isUntold = true;
  }

  /** Writes the addresses unless the other side has them. Returns false when the record is full. */
  fill(record: RecordBuffer, frames: Retained[]): boolean {
    if (!this.#isUntold) return true;
    if (!record.put(encodeFrame({ type: 'candidates', addresses: this.#addresses }))) return false;
    this.#isUntold = false;
    const lost = (): void => {
      this.#isUntold = true;
    };
    frames.push({ acknowledged: () => undefined, lost });
    return true;
  }
}
