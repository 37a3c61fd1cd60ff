import type { AppChannel } from '#shared/app-api/index.ts';

/** Bytes that may wait for a program that does not take its input. */
export const INPUT_LIMIT = 16 * 1024 * 1024;

const encoder = new TextEncoder();

/** Input on its way, in order; it does not wait for output. */
export class InputQueue {
  readonly #channel: AppChannel;
  #waiting = 0;

  constructor(channel: AppChannel) {
    this.#channel = channel;
  }

  /** @returns false when too much waits already: then nothing of it was taken. */
  text(text: string): boolean {
    return this.#send(encoder.encode(text));
  }

  /** Each character a byte: reports of the mouse in old encodings. */
  binary(data: string): boolean {
    return this.#send(Uint8Array.from(data, (character) => character.charCodeAt(0) & 0xff));
  }

  #send(bytes: Uint8Array): boolean {
    if (this.#waiting + bytes.length > INPUT_LIMIT) return false;
    this.#waiting += bytes.length;
    void this.#write(bytes);
    return true;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#channel.write(bytes);
    } catch {
      // The reading side learns what ended the terminal, and tells it.
    } finally {
      this.#waiting -= bytes.length;
    }
  }
}
