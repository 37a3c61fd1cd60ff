import { toUtf8 } from '#shared/bytes/index.ts';

/** RIS, which clears the viewer's screen before the following output. */
const RESET_SCREEN = '\u001bc';

/**
 * Buffer that orders the output of a gateway's terminal, each character once. The gateway numbers each piece by the offset after
 * it. Repeated output is dropped; missing output is reported by `missing`, so that it can be read again (`replay`).
 */
export class OutputWindow {
  readonly #limit: number;
  readonly #pieces: string[] = [];
  #size = 0;
  /** Offset after the accepted output; undefined before the first numbered piece. */
  #end: number | undefined;
  #missing = false;
  /** First half of a surrogate pair whose second half is still to come. */
  #half = '';

  constructor(limit: number, end?: number) {
    this.#limit = limit;
    this.#end = end;
  }

  /** Reports whether output was lost or dropped and has to be read again. */
  get missing(): boolean {
    return this.#missing;
  }

  /** Reports whether there is room to read missing output. */
  get hasRoom(): boolean {
    return this.#size <= this.#limit / 2;
  }

  /** Records that events were lost. */
  lost(): void {
    this.#missing = true;
  }

  /**
   * Adds a piece of output.
   * @param seq offset after it
   */
  push(seq: number, data: string): void {
    const start = seq - data.length;
    const end = this.#end ?? start;
    if (seq <= end) return;
    if (start > end || this.#missing || this.#size + data.length > this.#limit) {
      this.#missing = true;
      return;
    }
    this.#append(data.slice(end - start));
    this.#end = seq;
  }

  /**
   * Merges the gateway's buffer, which ends at `seq` (undefined if it doesn't number output). Resets the viewer's
   * screen if the buffer no longer has all missing output.
   */
  replay(seq: number | undefined, buffer: string): void {
    this.#missing = false;
    if (seq === undefined || this.#end === undefined) {
      if (this.#end !== undefined) this.#append(RESET_SCREEN);
      this.#append(buffer);
      this.#end = seq;
      return;
    }
    const start = seq - buffer.length;
    if (seq <= this.#end) return;
    if (start <= this.#end) this.#append(buffer.slice(this.#end - start));
    else this.#append(RESET_SCREEN + buffer);
    this.#end = seq;
  }

  /** Takes all waiting output, as UTF-8; undefined if there is none. */
  take(): Uint8Array | undefined {
    if (this.#size === 0) return undefined;
    const text = this.#half + this.#pieces.join('');
    this.#pieces.length = 0;
    this.#size = 0;
    const last = text.charCodeAt(text.length - 1);
    const cut = last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length;
    this.#half = text.slice(cut);
    const bytes = toUtf8(text.slice(0, cut));
    return bytes.length === 0 ? undefined : bytes;
  }

  #append(text: string): void {
    if (text === '') return;
    this.#pieces.push(text);
    this.#size += text.length;
  }
}
