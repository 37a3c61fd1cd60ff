import { BOX_BYTES, BOX_MESSAGES } from '#shared/messages/index.ts';

/**
 * Room in a box: `BOX_MESSAGES` and `BOX_BYTES` for open messages, which wait, and as many bytes and twice as many messages with those that are kept.
 * Counts records on the disk, and messages that are on their way to it. One per box.
 */
export class BoxRoom {
  #messages = 0;
  #bytes = 0;
  #open = 0;
  #openBytes = 0;
  #coming = 0;
  #comingBytes = 0;

  /** Bytes of the records of all messages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Room that neither open messages use nor those on their way to the disk. */
  get free(): Readonly<{ messages: number; bytes: number }> {
    return {
      messages: BOX_MESSAGES - this.#open - this.#coming,
      bytes: BOX_BYTES - this.#openBytes - this.#comingBytes,
    };
  }

  /** Messages and bytes that are too many; negative while more have room. */
  get excess(): Readonly<{ messages: number; bytes: number }> {
    return { messages: this.#messages - 2 * BOX_MESSAGES, bytes: this.#bytes - BOX_BYTES };
  }

  /** Reports whether another message has room. @param bytes those of its body in UTF-8 */
  hasFor(bytes: number): boolean {
    return this.#open + this.#coming < BOX_MESSAGES && this.#openBytes + this.#comingBytes + bytes <= BOX_BYTES;
  }

  /** Takes room for a message until it is on the disk. @returns function that gives it back; call it once */
  reserve(bytes: number): () => void {
    this.#coming += 1;
    this.#comingBytes += bytes;
    return () => {
      this.#coming -= 1;
      this.#comingBytes -= bytes;
    };
  }

  /** Counts an open message. @param bytes those of its record, as below */
  add(bytes: number): void {
    this.#messages += 1;
    this.#bytes += bytes;
    this.#open += 1;
    this.#openBytes += bytes;
  }

  /** Counts the bytes by which the record of a message has grown. */
  grow(bytes: number, isOpen: boolean): void {
    this.#bytes += bytes;
    if (isOpen) this.#openBytes += bytes;
  }

  /** Counts a message as no longer open. Called once for each. */
  settle(bytes: number): void {
    this.#open -= 1;
    this.#openBytes -= bytes;
  }

  /** Counts a message no more, which isn't open. */
  remove(bytes: number): void {
    this.#messages -= 1;
    this.#bytes -= bytes;
  }
}
