import type { ClawReachError } from '../../errors.ts';
import type { CreditAccount } from './credit.ts';
import { LinkError } from '../errors.ts';
import type { StreamFrame } from '../frames.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { rejection, LazyPromise } from '../lazy-promise.ts';

/** Receiving direction of a stream: its buffer, credit and pending reads. */
export class ReadingSide {
  readonly #buffer = new ReceiveBuffer();
  readonly #credit: CreditAccount;
  /** Most bytes of one read. */
  readonly #size: number;
  readonly #onTaken: () => void;
  #reader: LazyPromise<void> | undefined;
  #error: ClawReachError | undefined;
  #stopped = false;

  /**
   * @param size maximum number of bytes that one `read` returns
   * @param onTaken called when the reader has taken bytes, perhaps the last ones
   */
  constructor(credit: CreditAccount, size: number, onTaken: () => void) {
    this.#credit = credit;
    this.#size = size;
    this.#onTaken = onTaken;
  }

  /** True if everything has arrived and was read or dropped. */
  get done(): boolean {
    return this.#buffer.complete && this.#buffer.available === 0;
  }

  /** True if this side knows the end of the direction, so that the other side needs no credit and no STOP_SENDING. */
  get endKnown(): boolean {
    return this.#buffer.finalSize !== undefined;
  }

  /** True if the other side can use more credit. */
  get takesCredit(): boolean {
    return !this.endKnown && !this.#stopped;
  }

  /** Offset up to which the other side may send. */
  get granted(): number {
    return this.#credit.granted;
  }

  /** Grants the initial window of a stream. */
  widen(): void {
    this.#credit.widen();
  }

  read(): Promise<Uint8Array | null> {
    return this.#next(() => this.#buffer.take(this.#size));
  }

  readInto(target: Uint8Array): Promise<number | null> {
    if (target.length === 0) return rejection(new LinkError('link.state', 'no room to read into'));
    return this.#next(() => this.#buffer.takeInto(target));
  }

  /** Handles STREAM. @throws {LinkError} if the frame violates the rules */
  receive(frame: StreamFrame): void {
    this.#credit.receive(Math.max(this.#buffer.highest, frame.offset + frame.bytes.length));
    this.#buffer.receive(frame.offset, frame.bytes, frame.fin);
    if (this.#buffer.finalSize !== undefined) this.#credit.finish(this.#buffer.finalSize);
    this.#serveReader();
    this.#credit.consume(this.#buffer.consumed);
  }

  /** Handles the end by RESET_STREAM: readers get the error, unless all bytes had arrived. Returns whether bytes are missing. */
  cut(finalSize: number, error: ClawReachError): boolean {
    this.#credit.receive(Math.max(this.#buffer.highest, finalSize));
    const complete = this.#buffer.complete;
    this.#buffer.setFinalSize(finalSize);
    this.#credit.finish(finalSize);
    if (!complete) this.#drop(error);
    this.#credit.consume(this.#buffer.consumed);
    return !complete;
  }

  /** Drops present and future bytes. Returns true, once, if the other side must be notified. */
  stop(error: ClawReachError): boolean {
    this.#drop(error);
    this.#credit.freeze();
    this.#credit.consume(this.#buffer.consumed);
    if (!this.takesCredit) return false;
    this.#stopped = true;
    return true;
  }

  /** Ends the direction because the session has ended. If all bytes had arrived, they can still be read. */
  fail(error: ClawReachError): void {
    if (!this.#buffer.complete) this.#failReader(error);
  }

  #drop(error: ClawReachError): void {
    this.#buffer.discard();
    this.#failReader(error);
  }

  #next<T>(take: () => T | undefined): Promise<T | null> {
    if (this.#reader !== undefined) return rejection(new LinkError('link.state', 'a read is already waiting'));
    if (this.#error !== undefined) return rejection(this.#error);
    if (this.#isReadable) return Promise.resolve(this.#take(take));
    const reader = new LazyPromise<void>();
    this.#reader = reader;
    // The reader comes a turn later, so that it gets the bytes of all records that came in one piece.
    const taken = reader.promise.then(() => {
      this.#reader = undefined;
      if (this.#error !== undefined) throw this.#error;
      return this.#take(take);
    });
    taken.catch(() => undefined);
    return taken;
  }

  #take<T>(take: () => T | undefined): T | null {
    const taken = take();
    if (taken === undefined) return null;
    this.#credit.consume(this.#buffer.consumed);
    this.#onTaken();
    return taken;
  }

  /** True when the reader can take bytes or the end. */
  get #isReadable(): boolean {
    return this.#buffer.available > 0 || this.#buffer.complete;
  }

  #serveReader(): void {
    if (this.#isReadable) this.#reader?.resolve();
  }

  #failReader(error: ClawReachError): void {
    this.#error ??= error;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
  }
}
