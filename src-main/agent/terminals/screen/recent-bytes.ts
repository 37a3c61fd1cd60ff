const ESCAPE = 0x1b;
const BELL = 0x07;
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;

/** Bytes remembered to find the start of an unfinished sequence. A longer sequence, such as half a sixel picture, is lost. */
const KEPT_BYTES = 65_536;

/** The last bytes of a terminal's output, held by reference. Used by `ScreenModel`. */
export class RecentBytes {
  #chunks: Uint8Array[] = [];
  #length = 0;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#chunks.length > 1 && this.#length - (this.#chunks[0]?.length ?? 0) >= KEPT_BYTES)
      this.#length -= this.#chunks.shift()?.length ?? 0;
  }

  /** Returns a copy of the escape sequence or character that the output ends in; empty if it is complete. */
  unfinished(): Uint8Array {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    return bytes.subarray(unfinishedStart(bytes));
  }
}

/** Returns the offset of the escape sequence or UTF-8 character that `bytes` ends in; its length if it ends in neither. */
export function unfinishedStart(bytes: Uint8Array): number {
  const escape = bytes.lastIndexOf(ESCAPE);
  if (escape !== -1 && !isFinished(bytes, escape)) return escape;
  // RFC 3629 section 3: a lead byte announces one to three bytes more.
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Tells whether the escape sequence at this offset is complete. Knows the seven-bit sequences of ECMA-48, as the parser of xterm.js reads them. */
function isFinished(bytes: Uint8Array, escape: number): boolean {
  const kind = bytes[escape + 1];
  if (kind === undefined) return false;
  const rest = bytes.subarray(escape + 2);
  switch (kind) {
    case 0x5b: // CSI
      return rest.some((byte) => (byte >= 0x40 && byte <= 0x7e) || byte === CANCEL || byte === SUBSTITUTE);
    case 0x5d: // OSC
      return rest.some((byte) => byte === BELL || byte === CANCEL || byte === SUBSTITUTE);
    case 0x50: // DCS
    case 0x58: // SOS
    case 0x5e: // PM
    case 0x5f: // APC
      return rest.some((byte) => byte === CANCEL || byte === SUBSTITUTE);
    default:
      if (kind < 0x20 || kind > 0x2f) return true;
      return rest.some((byte) => (byte >= 0x30 && byte <= 0x7e) || byte === CANCEL || byte === SUBSTITUTE);
  }
}
