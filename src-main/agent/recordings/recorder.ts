import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import { eventLine, type CastCode } from '#shared/recording/index.ts';
import type { GrowingFile } from '#shared/storage.ts';

/** Limits of one recording. */
export type RecorderLimits = Readonly<{
  /** Largest file, bytes. */
  file: number;
  /** Most bytes that wait for the disk. */
  waiting: number;
}>;

export type RecorderOptions = Readonly<{
  file: GrowingFile;
  clock: Clock;
  limits: RecorderLimits;
  /** True if typed input is recorded too. */
  input: boolean;
  /** Returns the bytes left for all recordings. Called before each write. */
  room(): number;
  /** Called with the number of bytes written. */
  grown(bytes: number): void;
  /** Called when the file is closed. `code`: error that ended the recording (a key of `ERROR_TEXTS`); null if it was stopped. */
  ended(code: string | null, reason: string): void;
}>;

/** Escape sequence that resets the terminal before a redraw. */
const FRESH = '\u001bc';

/**
 * Writes the output of one terminal to a file in asciicast format. Created by `Recordings`. Methods don't wait and don't throw: a slow or full disk ends the recording, not
 * the terminal. A character that is split between two outputs is written whole.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #began: number;
  readonly #output = new TextDecoder();
  readonly #typed = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #size = 0;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();
  #ended = false;

  /** @param header first line of the file, with its line feed */
  constructor(options: RecorderOptions, header: string) {
    this.#options = options;
    this.#began = options.clock.monotonic();
    this.#write(header);
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  get bytes(): number {
    return this.#size;
  }

  /** Time since the start, ms. */
  get duration(): number {
    return Math.round(this.#options.clock.monotonic() - this.#began);
  }

  /** Writes output of the terminal. */
  output(bytes: Uint8Array): void {
    this.#event('o', this.#output.decode(bytes, { stream: true }));
  }

  /** Marks that the following output redraws the screen. */
  redraw(): void {
    // Flush an incomplete character, since its rest won't come.
    this.#event('o', `${this.#output.decode()}${FRESH}`);
  }

  /** Writes typed input, if input is recorded. */
  input(bytes: Uint8Array): void {
    if (this.#options.input) this.#event('i', this.#typed.decode(bytes, { stream: true }));
  }

  /** Writes a new size of the terminal, in columns and rows. */
  resize(cols: number, rows: number): void {
    this.#event('r', `${cols}x${rows}`);
  }

  /** Writes the rest and closes the file. */
  stop(): Promise<void> {
    if (!this.#ended) {
      this.#event('o', this.#output.decode());
      this.#event('m', 'end');
    }
    return this.#end(null, '');
  }

  #event(code: CastCode, data: string): void {
    if (data === '') return;
    this.#write(eventLine((this.#options.clock.monotonic() - this.#began) / 1000, code, data));
  }

  #write(line: string): void {
    if (this.#ended) return;
    const { limits, room } = this.#options;
    const bytes = this.#encoder.encode(line);
    if (this.#size + bytes.length > limits.file) void this.#end('recording.full', '');
    else if (bytes.length > room()) void this.#end('recording.no-room', '');
    else if (this.#waiting + bytes.length > limits.waiting) void this.#end('recording.slow', '');
    else this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#waiting += bytes.length;
    this.#options.grown(bytes.length);
    this.#last = this.#last.then(async () => {
      try {
        await this.#options.file.append(bytes);
      } catch (error) {
        void this.#end('recording.failed', errorMessage(error) || errorCode(error));
      } finally {
        this.#waiting -= bytes.length;
      }
    });
  }

  #end(code: string | null, reason: string): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#last = this.#last
        .then(() => this.#options.file.close())
        .catch(() => undefined)
        .then(() => this.#options.ended(code, reason));
    }
    return this.#last;
  }
}
