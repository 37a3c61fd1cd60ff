import { encodeFrame } from './frame-encoder.ts';
import { FIELD } from './frames.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { SentFrame } from './sent-records.ts';

/**
 * Reports whether a text has the form of a candidate: 1 to 80 characters of printable ASCII. The agent that dials it checks whether it is an address.
 */
export function isCandidate(text: string): boolean {
  return /^[!-~]{1,80}$/.test(text);
}

/**
 * Addresses at which this side can be dialed, sent to the other side in a CANDIDATES frame of the session. Only the newest list is sent, and sent
 * again if its record is lost. Holds state in memory only.
 */
export class Candidates {
  #addresses: readonly string[] = [];
  #isUnsent = false;

  /** Replaces the list. @throws {RangeError} for more than 16 addresses, or one that `isCandidate` rejects */
  set(addresses: readonly string[]): void {
    if (addresses.length > FIELD.candidates || addresses.some((address) => !isCandidate(address)))
      throw new RangeError('at most 16 candidates of 1 to 80 printable ASCII characters');
    this.#addresses = [...addresses];
    this.#isUnsent = true;
  }

  /** Writes the list into the record, unless the other side has it. Returns false if the record has no room for it. */
  fill(record: RecordBuffer, frames: SentFrame[]): boolean {
    if (!this.#isUnsent) return true;
    if (!record.put(encodeFrame({ type: 'candidates', addresses: this.#addresses }))) return false;
    this.#isUnsent = false;
    const lost = (): void => {
      this.#isUnsent = true;
    };
    frames.push({ acknowledged: () => undefined, lost });
    return true;
  }
}
