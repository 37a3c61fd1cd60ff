import type { ClawReachError } from '../../errors.ts';
import type { CreditAccount } from './credit.ts';
import { LinkError } from '../errors.ts';
import type { StreamFrame } from '../frames.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { rejection, LazyPromise } from '../lazy-promise.ts';

/**
 * Receiving direction of one stream, owned by its `Stream`: stores the bytes of STREAM frames until the application reads them, and grants the other
 * side credit through the stream's `CreditAccount`. Touches memory only; `Stream` sends the frames.
 */
export class ReadingSide {
  readonly #buffer = new ReceiveBuffer();
  readonly #credit: CreditAccount;
  /** Maximum number of bytes that one `read` returns. */
  readonly #readSize: number;
  readonly #onTaken: () => void;
  #reader: LazyPromise<void> | undefined;
  #error: ClawReachError | undefined;
  #stopped = false;

  /**
   * @param readSize maximum number of bytes that one `read` returns
   * @param onTaken called after each read that returned bytes, the last one included
   */
  constructor(credit: CreditAccount, readSize: number, onTaken: () => void) {
    this.#credit = credit;
    this.#readSize = readSize;
    this.#onTaken = onTaken;
  }

  /** True if all bytes up to the end have arrived, and were read or dropped. */
  get done(): boolean {
    return this.#buffer.complete && this.#buffer.available === 0;
  }

  /** True if the total length is known, from the last STREAM frame or RESET_STREAM. The other side then needs no credit and no STOP_SENDING. */
  get endKnown(): boolean {
    return this.#buffer.finalSize !== undefined;
  }

  /** True while the other side may need more credit: the total length is unknown, and this side still wants bytes. */
  get takesCredit(): boolean {
    return !this.endKnown && !this.#stopped;
  }

  /** Offset up to which the other side may send. */
  get granted(): number {
    return this.#credit.granted;
  }

  /** Raises the credit from the minimum to the initial window of a stream. Called when the stream is opened or its offer accepted. */
  widen(): void {
    this.#credit.widen();
  }

  /** Returns the next bytes, or waits for them; null after the last ones. Rejects if another read is pending, or after an error. */
  read(): Promise<Uint8Array | null> {
    return this.#next(() => this.#buffer.take(this.#readSize));
  }

  /** Reads like `read`, but copies into `target` and returns the number of bytes. */
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

  /** Handles RESET_STREAM: the pending and later reads get the error, unless all bytes have arrived. Returns true if bytes are missing. */
  receiveReset(finalSize: number, error: ClawReachError): boolean {
    this.#credit.receive(Math.max(this.#buffer.highest, finalSize));
    const complete = this.#buffer.complete;
    this.#buffer.setFinalSize(finalSize);
    this.#credit.finish(finalSize);
    if (!complete) this.#drop(error);
    this.#credit.consume(this.#buffer.consumed);
    return !complete;
  }

  /** Drops all bytes, present and future, because this side wants no more. Returns true if STOP_SENDING must be sent; a second call returns false. */
  stop(error: ClawReachError): boolean {
    this.#drop(error);
    this.#credit.freeze();
    this.#credit.consume(this.#buffer.consumed);
    if (!this.takesCredit) return false;
    this.#stopped = true;
    return true;
  }

  /** Ends the direction because the session has ended. If all bytes have arrived, they can still be read. */
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
