import { encodeFrame } from './frame-encoder.ts';
import { FIELD } from './frames.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { Retained } from './sent-records.ts';

/** Printable ASCII; whether it is an address is for who dials it. */
export function isCandidate(text: string): boolean {
  return /^[!-~]{1,80}$/.test(text);
}

/** The addresses that the other side is told to dial: the newest list, again after each loss. */
export class Candidates {
  #addresses: readonly string[] = [];
  #isUntold = false;

  /** @throws {RangeError} for what the other side would not take */
  set(addresses: readonly string[]): void {
    if (addresses.length > FIELD.candidates || addresses.some((address) => !isCandidate(address)))
      throw new RangeError('at most 16 candidates of 1 to 80 printable ASCII characters');
    this.#addresses = [...addresses];
    this.#isUntold = true;
  }

  /** Writes them where the other side does not know them. False when the record is full. */
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
