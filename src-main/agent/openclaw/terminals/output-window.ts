import { toUtf8 } from '#shared/bytes/index.ts';

/** RIS: the screen of the viewer is drawn anew from what follows. */
const RESET_SCREEN = '\u001bc';

/**
 * The output of a gateway's terminal in its order, each character once. The gateway numbers it by the offset behind each piece; what came
 * twice is dropped, what is missing is told, so that it can be read again (`replay`).
 */
export class OutputWindow {
  readonly #limit: number;
  readonly #pieces: string[] = [];
  #size = 0;
  /** Offset behind what was taken; undefined as long as the gateway has not numbered anything. */
  #end: number | undefined;
  #missing = false;
  /** The first half of a character whose second half has not come yet. */
  #half = '';

  constructor(limit: number, end?: number) {
    this.#limit = limit;
    this.#end = end;
  }

  /** Something that came, or should have come, is not here. */
  get missing(): boolean {
    return this.#missing;
  }

  /** Little enough waits that what is missing can be read again. */
  get hasRoom(): boolean {
    return this.#size <= this.#limit / 2;
  }

  /** Events were lost on the way. */
  lost(): void {
    this.#missing = true;
  }

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
   * What the gateway still has, up to `seq`; without `seq` it does not number. Where it has not kept enough, the viewer's screen is reset
   * and drawn from what there is.
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

  /** All that waits, as UTF-8; undefined for nothing. */
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
