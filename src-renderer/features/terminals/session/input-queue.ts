import type { AppChannel } from '#shared/app-api/index.ts';

/** Most bytes of input that wait for a program which doesn't read. */
export const INPUT_LIMIT = 16 * 1024 * 1024;

const encoder = new TextEncoder();

/** Sends a terminal's input to its channel in order, for `TerminalSession`. Waiting input is one buffer in memory, however small its pieces were. */
export class InputQueue {
  readonly #channel: AppChannel;
  #buffer = new Uint8Array(256);
  #length = 0;
  #inFlight = 0;

  constructor(channel: AppChannel) {
    this.#channel = channel;
  }

  /**
   * Queues text.
   * @returns false if too much input waits; then none of the text is queued
   */
  text(text: string): boolean {
    return this.#take(encoder.encode(text));
  }

  /**
   * Queues each character as one byte, for mouse reports in old encodings.
   * @returns false if too much input waits; then none of it is queued
   */
  binary(data: string): boolean {
    return this.#take(Uint8Array.from(data, (character) => character.charCodeAt(0) & 0xff));
  }

  #take(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length;
    if (this.#inFlight + length > INPUT_LIMIT) return false;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
    if (this.#inFlight === 0) void this.#send();
    return true;
  }

  async #send(): Promise<void> {
    try {
      while (this.#length > 0) {
        const batch = this.#buffer.slice(0, this.#length);
        this.#inFlight = batch.length;
        this.#length = 0;
        await this.#channel.write(batch);
      }
    } catch {
      // The reading side reports what ended the terminal.
      this.#length = 0;
    } finally {
      this.#inFlight = 0;
    }
  }
}
