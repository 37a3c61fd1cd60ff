import type { Clock } from '#shared/clock.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { encodeOutput, encodeTargetMessage, MAX_OUTPUT_BYTES, PTY_RESET_CANCELLED } from '#shared/terminal/index.ts';
import type { TargetMessage, TerminalEnd } from '#shared/terminal/index.ts';

/** Number of bytes after which output is acknowledged, so that a keystroke's echo doesn't cost a message; below the host's low-water mark. */
const ACKNOWLEDGE_STEP = 4_096;
/** Number of full writes without a pause after which the stream's priority is `normal`, until its output pauses. */
const SUSTAINED_WRITES = 8;
/** Longest time for the peer to read the last message and end its direction, ms. */
const LINGER = 5_000;

/** Stream from a terminal to its holder: a queue of output and messages, sent at the holder's pace. Created by `Terminal`. */
export class HolderStream {
  readonly #stream: LinkStream;
  readonly #clock: Clock;
  /** Output and messages not sent yet, in order. */
  #queue: (Uint8Array | TargetMessage)[] = [];
  #acknowledge: (bytes: number) => void;
  #unacknowledged = 0;
  /** Bytes of output in the write that waits for room. */
  #writing = 0;
  #pumping = false;
  #ended = false;
  #gone = false;

  /** @param acknowledge called with the number of output bytes that were sent or dropped */
  constructor(stream: LinkStream, clock: Clock, acknowledge: (bytes: number) => void) {
    this.#stream = stream;
    this.#clock = clock;
    this.#acknowledge = acknowledge;
    void stream.closed.then(() => {
      this.#gone = true;
      this.#discard();
    });
  }

  get stream(): LinkStream {
    return this.#stream;
  }

  /** Bytes of output not sent yet. */
  get waiting(): number {
    let waiting = this.#writing;
    for (const item of this.#queue) if (item instanceof Uint8Array) waiting += item.length;
    return waiting;
  }

  /** Drops waiting output; output already on the stream still arrives. */
  skip(): void {
    for (const item of this.#queue) if (item instanceof Uint8Array) this.#unacknowledged += item.length;
    this.#queue = this.#queue.filter((item) => !(item instanceof Uint8Array) && !item.type.startsWith('snapshot-'));
    this.#settleAccount();
  }

  /** Queues output, at most 64 KiB. */
  output(bytes: Uint8Array): void {
    if (this.#ended || this.#gone) this.#acknowledge(bytes.length);
    else this.#push(bytes);
  }

  message(message: TargetMessage): void {
    if (!this.#ended && !this.#gone) this.#push(message);
  }

  /** Sends the terminal's end after all output, and ends the stream. */
  finish(end: TerminalEnd): void {
    if (this.#ended) return;
    this.message({ type: 'ended', end });
    this.#ended = true;
  }

  /** Sends the terminal's end at once: drops waiting output, and resets the stream if the peer doesn't read the message. */
  abort(end: TerminalEnd): void {
    this.#discard();
    this.finish(end);
    this.#linger();
  }

  /** Drops output that the holder no longer wants, and resets the stream if it doesn't end soon. */
  silence(): void {
    this.#discard();
    this.#linger();
  }

  #push(item: Uint8Array | TargetMessage): void {
    this.#queue.push(item);
    if (this.#pumping) return;
    this.#pumping = true;
    // Waits for the other events of this chunk from the host's socket, so that they leave as one write.
    queueMicrotask(() => {
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    let sustained = 0;
    try {
      while (this.#queue.length > 0) {
        const bytes = await this.#writeNext();
        sustained = bytes >= MAX_OUTPUT_BYTES / 2 ? sustained + 1 : 0;
        if (sustained === SUSTAINED_WRITES) this.#stream.priority = 'normal';
      }
      this.#stream.priority = 'interactive';
      this.#pumping = false;
      if (this.#ended) await this.#stream.end();
    } catch {
      // The stream has failed: `closed` tells why.
      this.#gone = true;
      this.#discard();
    }
  }

  /** Writes the next output or message of the queue. @returns the number of output bytes */
  async #writeNext(): Promise<number> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    let next = this.#queue[0];
    while (next instanceof Uint8Array && length + next.length <= MAX_OUTPUT_BYTES) {
      pieces.push(next);
      length += next.length;
      next = this.#queue[pieces.length];
    }
    if (pieces.length > 0) {
      this.#queue.splice(0, pieces.length);
      this.#unacknowledged += length;
      this.#writing = length;
      await this.#stream.write(encodeOutput(pieces));
      this.#writing = 0;
      if (this.#unacknowledged >= ACKNOWLEDGE_STEP) this.#settleAccount();
    } else if (next !== undefined && !(next instanceof Uint8Array)) {
      this.#queue.shift();
      await this.#stream.write(encodeTargetMessage(next));
    }
    return length;
  }

  #discard(): void {
    for (const item of this.#queue) if (item instanceof Uint8Array) this.#unacknowledged += item.length;
    this.#queue = this.#queue.filter((item) => !(item instanceof Uint8Array) && item.type === 'ended');
    this.#settleAccount();
  }

  #settleAccount(): void {
    if (this.#unacknowledged > 0) this.#acknowledge(this.#unacknowledged);
    this.#unacknowledged = 0;
  }

  #linger(): void {
    if (this.#gone) return;
    const timer = this.#clock.setTimer(LINGER, () => {
      this.#stream.reset(PTY_RESET_CANCELLED);
    });
    void this.#stream.closed.then(() => {
      timer.cancel();
    });
  }
}
