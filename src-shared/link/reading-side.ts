import type { ClawReachError } from '../errors.ts';
import type { CreditAccount } from './credit.ts';
import { LinkError } from './errors.ts';
import type { StreamFrame } from './frames.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { rejection, Settlement } from './settlement.ts';

/** What the other side sends on a stream: its bytes, their credit, and who waits for them. */
export class ReadingSide {
  readonly #buffer = new ReceiveBuffer();
  readonly #credit: CreditAccount;
  /** Most bytes of one read. */
  readonly #size: number;
  #reader: Settlement<Uint8Array | null> | undefined;
  #error: ClawReachError | undefined;
  #stopped = false;

  constructor(credit: CreditAccount, size: number) {
    this.#credit = credit;
    this.#size = size;
  }

  /** Nothing more will come, and all of it was read or dropped. */
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
    if (this.#reader !== undefined) return rejection(new LinkError('link.state', 'a read is already waiting'));
    if (this.#error !== undefined) return rejection(this.#error);
    const bytes = this.#buffer.take(this.#size);
    if (bytes !== undefined) {
      this.#credit.consume(this.#buffer.consumed);
      return Promise.resolve(bytes);
    }
    if (this.#buffer.complete) return Promise.resolve(null);
    this.#reader = new Settlement();
    return this.#reader.promise;
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

  /** Drops what is here and what comes. Whether the other side must be told, which is so once. */
  stop(error: ClawReachError): boolean {
    this.#drop(error);
    this.#credit.freeze();
    this.#credit.consume(this.#buffer.consumed);
    if (!this.takesCredit) return false;
    this.#stopped = true;
    return true;
  }

  /** The session is over; what had arrived completely can still be read. */
  fail(error: ClawReachError): void {
    if (!this.#buffer.complete) this.#failReader(error);
  }

  #drop(error: ClawReachError): void {
    this.#buffer.discard();
    this.#failReader(error);
  }

  #serveReader(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const bytes = this.#buffer.take(this.#size);
    if (bytes === undefined && !this.#buffer.complete) return;
    this.#reader = undefined;
    reader.resolve(bytes ?? null);
  }

  #failReader(error: ClawReachError): void {
    this.#error ??= error;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
  }
}
