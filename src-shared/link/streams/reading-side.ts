import type { ClawReachError } from '../../errors.ts';
import type { CreditAccount } from './credit.ts';
import { LinkError } from '../errors.ts';
import type { StreamFrame } from '../frames.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { rejection, LazyPromise } from '../lazy-promise.ts';

/** Receiving direction of a stream: bytes, credit and pending reads. */
export class ReadingSide {
  readonly #buffer = new ReceiveBuffer();
  readonly #credit: CreditAccount;
  /** Most bytes of one read. */
  readonly #size: number;
  readonly #onTaken: () => void;
  #reader: LazyPromise<void> | undefined;
  #error: ClawReachError | undefined;
  #stopped = false;

  /** @param onTaken the reader took bytes: perhaps the last ones */
  constructor(credit: CreditAccount, size: number, onTaken: () => void) {
    this.#credit = credit;
    this.#size = size;
    this.#onTaken = onTaken;
  }

  /** True when everything has arrived and was read or dropped. */
  get done(): boolean {
    return this.#buffer.complete && this.#buffer.available === 0;
  }

  /** The other side's end is known: it needs no credit and no STOP_SENDING. */
  get endKnown(): boolean {
    return this.#buffer.finalSize !== undefined;
  }

  /** More credit is of use to the other side. */
  get takesCredit(): boolean {
    return !this.endKnown && !this.#stopped;
  }

  get granted(): number {
    return this.#credit.granted;
  }

  /** Grants the first window. */
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

  /** @throws {LinkError} when the frame breaks the rules */
  receive(frame: StreamFrame): void {
    this.#credit.receive(Math.max(this.#buffer.highest, frame.offset + frame.bytes.length));
    this.#buffer.receive(frame.offset, frame.bytes, frame.fin);
    if (this.#buffer.finalSize !== undefined) this.#credit.finish(this.#buffer.finalSize);
    this.#serveReader();
    this.#credit.consume(this.#buffer.consumed);
  }

  /** The other side ends here, with an error for readers unless everything had come. Whether something was cut off. */
  cut(finalSize: number, error: ClawReachError): boolean {
    this.#credit.receive(Math.max(this.#buffer.highest, finalSize));
    const complete = this.#buffer.complete;
    this.#buffer.setFinalSize(finalSize);
    this.#credit.finish(finalSize);
    if (!complete) this.#drop(error);
    this.#credit.consume(this.#buffer.consumed);
    return !complete;
  }

  /** Drops present and future bytes. Returns whether the other side must be notified, which is once. */
  stop(error: ClawReachError): boolean {
    this.#drop(error);
    this.#credit.freeze();
    this.#credit.consume(this.#buffer.consumed);
    if (!this.takesCredit) return false;
    this.#stopped = true;
    return true;
  }

  /** Ends the direction with the session; bytes that had arrived completely can still be read. */
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
