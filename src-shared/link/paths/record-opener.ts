import type { ByteChannel } from '../channel.ts';
import type { RecordCipher } from '../session-types.ts';

/** Bytes of records that are being opened above which the channel waits. */
const MOST_OPENING = 1024 * 1024;

/** Record that is being opened or waits for the ones before it. `length` is that of its ciphertext. */
type Waiting = {
  readonly length: number;
  result: Readonly<{ plaintext: Uint8Array }> | Readonly<{ error: unknown }> | undefined;
};

export type RecordOpenerOptions = Readonly<{
  cipher: RecordCipher;
  channel: Pick<ByteChannel, 'pause' | 'resume'>;
  /** Called with each record, in order. Returns false when the path takes no more. */
  opened(plaintext: Uint8Array, length: number): boolean;
  /** Called once when a record isn't authentic. Nothing is opened after that. */
  failed(error: unknown): void;
}>;

/**
 * Opens the records of a path in order. A cipher may open large ones in another thread: the ones after them wait, and the channel is paused while too
 * much of it waits. With a cipher that opens everything at once, nothing ever waits.
 */
export class RecordOpener {
  readonly #options: RecordOpenerOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #isPaused = false;
  #isDelivering = false;
  #isOver = false;
  #afterwards: (() => void) | undefined;

  constructor(options: RecordOpenerOptions) {
    this.#options = options;
  }

  /** Opens the next record. The ciphertext may change after this. @returns false when the path takes no more */
  take(ciphertext: Uint8Array): boolean {
    if (this.#isOver) return false;
    const { cipher } = this.#options;
    const { length } = ciphertext;
    let opening: Uint8Array | Promise<Uint8Array>;
    try {
      opening = cipher.openLater === undefined ? cipher.open(ciphertext) : cipher.openLater(ciphertext);
    } catch (error) {
      if (this.#waiting.length === 0) this.#fail(error);
      else this.#waiting.push({ length, result: { error } });
      return false;
    }
    if (opening instanceof Uint8Array) {
      if (this.#waiting.length === 0) return this.#options.opened(opening, length);
      this.#add({ length, result: { plaintext: opening } });
      return true;
    }
    const record: Waiting = { length, result: undefined };
    this.#add(record);
    opening
      .then(
        (plaintext) => {
          record.result = { plaintext };
        },
        (error: unknown) => {
          record.result = { error };
        },
      )
      .then(() => this.#deliver())
      .catch(() => undefined);
    return true;
  }

  /** Calls the function when all records that came before are processed. */
  afterwards(act: () => void): void {
    if (this.#waiting.length === 0) act();
    else this.#afterwards = act;
  }

  /** Drops what is still being opened. */
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#bytes = 0;
    this.#afterwards = undefined;
  }

  #add(record: Waiting): void {
    this.#waiting.push(record);
    this.#bytes += record.length;
    if (this.#bytes <= MOST_OPENING || this.#isPaused) return;
    this.#isPaused = true;
    this.#options.channel.pause();
  }

  #deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (;;) {
        const [record] = this.#waiting;
        if (this.#isOver || record?.result === undefined) break;
        if ('error' in record.result) {
          this.#fail(record.result.error);
          return;
        }
        // Still in the list meanwhile, so that a record which comes now queues behind it.
        this.#options.opened(record.result.plaintext, record.length);
        this.#waiting.shift();
        this.#bytes -= record.length;
        if (!this.#isPaused || this.#bytes > MOST_OPENING / 2) continue;
        this.#isPaused = false;
        this.#options.channel.resume();
      }
    } finally {
      this.#isDelivering = false;
    }
    if (this.#waiting.length > 0) return;
    const act = this.#afterwards;
    this.#afterwards = undefined;
    act?.();
  }

  #fail(error: unknown): void {
    this.end();
    this.#options.failed(error);
  }
}
