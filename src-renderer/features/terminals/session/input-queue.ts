import type { AppChannel } from '#shared/app-api/index.ts';

/** Bytes that may wait for a program that does not take its input. */
export const INPUT_LIMIT = 16 * 1024 * 1024;

const encoder = new TextEncoder();

/** Input on its way, in order; it does not wait for output. What waits is bytes in one buffer, however small its pieces were. */
export class InputQueue {
  readonly #channel: AppChannel;
  #buffer = new Uint8Array(256);
  #length = 0;
  #underWay = 0;

  constructor(channel: AppChannel) {
    this.#channel = channel;
  }

  /** @returns false when too much waits already: then nothing of it was taken. */
  text(text: string): boolean {
    return this.#take(encoder.encode(text));
  }

  /** Each character a byte: reports of the mouse in old encodings. */
  binary(data: string): boolean {
    return this.#take(Uint8Array.from(data, (character) => character.charCodeAt(0) & 0xff));
  }

  #take(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length;
    if (this.#underWay + length > INPUT_LIMIT) return false;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
    if (this.#underWay === 0) void this.#send();
    return true;
  }

  async #send(): Promise<void> {
    try {
      while (this.#length > 0) {
        const batch = this.#buffer.slice(0, this.#length);
        this.#underWay = batch.length;
        this.#length = 0;
        await this.#channel.write(batch);
      }
    } catch {
      // The reading side learns what ended the terminal, and tells it.
      this.#length = 0;
    } finally {
      this.#underWay = 0;
    }
  }
}
