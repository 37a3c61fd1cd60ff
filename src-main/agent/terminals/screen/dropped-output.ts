import { concatBytes } from '#shared/bytes/index.ts';

/** Bytes kept of dropped output: more than a screen. */
const KEPT_BYTES = 65_536;
/** Pieces smaller than this are joined, bytes. */
const JOINED_BYTES = 1024;

/** The last of the output that is dropped until a screen comes. */
export class DroppedOutput {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** A target may cut as finely as it likes, and keep the screen back: what is kept is joined, so that each message costs as little as the first. */
  add(bytes: Uint8Array): void {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.length + bytes.length <= JOINED_BYTES)
      this.#pieces[this.#pieces.length - 1] = concatBytes(last, bytes);
    else this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    while (this.#bytes - (this.#pieces[0]?.length ?? this.#bytes) >= KEPT_BYTES)
      this.#bytes -= this.#pieces.shift()?.length ?? 0;
  }

  /** Takes the bytes that were kept. */
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
