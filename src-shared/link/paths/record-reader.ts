import { FormatError } from '../../errors.ts';
import { MAX_RECORD } from '../limits.ts';

/** Shortest record, bytes. An encrypted one has at least 17, but the null cipher of tests adds no authentication tag. */
const MIN_RECORD = 1;

/**
 * Splits the bytes received on a path into records (PROTOCOL section 4: 2-byte big-endian length, then the ciphertext). A record that lies within one
 * chunk is passed on as a view of the chunk; only an incomplete record is copied and stored.
 */
export class RecordReader {
  #held = new Uint8Array(2);
  #heldLength = 0;

  /**
   * Calls `visit` for each complete record. The ciphertext is valid only during that call. If `visit` returns false, the rest of the chunk is
   * dropped.
   * @throws {FormatError} `format.record` for a record of length 0
   */
  feed(chunk: Uint8Array, visit: (ciphertext: Uint8Array) => boolean): void {
    let start = 0;
    while (this.#heldLength > 0) {
      const wanted = this.#wantedByHeld();
      this.#reserve(wanted);
      const taken = Math.min(wanted - this.#heldLength, chunk.length - start);
      this.#held.set(chunk.subarray(start, start + taken), this.#heldLength);
      this.#heldLength += taken;
      start += taken;
      if (this.#heldLength < wanted) return;
      if (wanted === 2) continue;
      this.#heldLength = 0;
      if (!visit(this.#held.subarray(2, wanted))) return;
    }
    for (;;) {
      if (chunk.length - start < 2) break;
      const end = start + 2 + recordLength(chunk, start);
      if (end > chunk.length) break;
      const ciphertext = chunk.subarray(start + 2, end);
      start = end;
      if (!visit(ciphertext)) return;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(rest: Uint8Array): void {
    this.#reserve(rest.length);
    this.#held.set(rest);
    this.#heldLength = rest.length;
  }

  /** Grows to the size of the largest record that was ever cut, at most 64 KiB. */
  #reserve(length: number): void {
    if (length <= this.#held.length) return;
    const grown = new Uint8Array(Math.min(2 + MAX_RECORD, Math.max(length, this.#held.length * 2)));
    grown.set(this.#held.subarray(0, this.#heldLength));
    this.#held = grown;
  }

  #wantedByHeld(): number {
    return this.#heldLength < 2 ? 2 : 2 + recordLength(this.#held, 0);
  }
}

function recordLength(bytes: Uint8Array, offset: number): number {
  const length = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  if (length < MIN_RECORD) throw new FormatError('format.record', 'empty record');
  return length;
}
