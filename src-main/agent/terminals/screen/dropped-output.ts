import { concatBytes } from '#shared/bytes/index.ts';

/** Bytes remembered of the dropped output; more than a screen. */
const KEPT_BYTES = 65_536;
/** Size up to which pieces are joined, bytes. */
const JOINED_BYTES = 1024;

/**
 * The last bytes of output that a device drops while it waits for a snapshot. They are shown if the terminal ends before the snapshot comes. Used by
 * `StreamConnection`. In memory only.
 */
export class DroppedOutput {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** Adds dropped output. Joins small pieces: a peer may send many tiny ones and withhold the snapshot, and each must stay cheap. */
  add(bytes: Uint8Array): void {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.length + bytes.length <= JOINED_BYTES)
      this.#pieces[this.#pieces.length - 1] = concatBytes(last, bytes);
    else this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    while (this.#bytes - (this.#pieces[0]?.length ?? this.#bytes) >= KEPT_BYTES)
      this.#bytes -= this.#pieces.shift()?.length ?? 0;
  }

  /** Returns the remembered bytes and forgets them. */
  take(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.clear();
    return pieces;
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}
