import { LINK_TICKET_BYTES } from '#shared/relay-api/index.ts';

/** Owner of a data connection, which redeems its ticket. */
export interface DataConnectionOwner {
  /** Called once the whole ticket has arrived. */
  ticket(end: DataConnection, ticket: Uint8Array): void;
  /** Called once when the other end has closed, broken or violated the protocol, after everything it sent before was forwarded. */
  ended(end: DataConnection): void;
  /** Called once, last, when the socket is closed. */
  closed(end: DataConnection): void;
}

/** `ticket` until 32 bytes have arrived, `waiting` for the other side, `joined`, `ending` once nothing more is read. */
type Phase = 'ticket' | 'waiting' | 'joined' | 'ending';

/**
 * One side of a pair, in either form. Once joined it forwards each chunk to the other side, and stops reading while the other side buffers more
 * than `bound` bytes, or any byte of a borrowed chunk: a slow reader slows only its own writer.
 */
export abstract class DataConnection {
  readonly #owner: DataConnectionOwner;
  readonly #bound: number;
  #phase: Phase = 'ticket';
  /** Buffer of the ticket until it is complete. */
  #ticket: Uint8Array | undefined = new Uint8Array(LINK_TICKET_BYTES);
  #filled = 0;
  #other: DataConnection | undefined;
  #paused = false;
  #hasEnded = false;
  #received = 0;

  constructor(owner: DataConnectionOwner, bound: number) {
    this.#owner = owner;
    this.#bound = bound;
  }

  /** Bytes forwarded since the pair was joined. */
  get received(): number {
    return this.#received;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** True until a ticket has arrived. */
  protected get awaitsTicket(): boolean {
    return this.#phase === 'ticket';
  }

  /** True if chunks of this end are borrowed: they must be sent before the next one is read. */
  protected abstract get lends(): boolean;
  /** Bytes buffered in this process for the wire. */
  protected abstract get bufferedBytes(): number;
  /** @param flushed called when the chunk has left this process, or the wire broke */
  protected abstract write(chunk: Uint8Array, flushed?: () => void): void;
  protected abstract stopReading(): void;
  protected abstract startReading(): void;
  /** Sends what is buffered, then ends the wire. */
  protected abstract finish(): void;
  /** Starts reading, with the bytes that followed the upgrade request. */
  abstract start(head: Uint8Array): void;
  /** Drops the wire at once. */
  abstract destroy(): void;

  /** Forwards everything to `other` from now on. Both sides are joined before either is told. */
  join(other: DataConnection): void {
    this.#other = other;
    this.#phase = 'joined';
  }

  /** Tells the wire that it may send. @param ready the protocol's byte */
  tellReady(ready: Uint8Array): void {
    this.write(ready);
  }

  /** Sends the rest, stops reading and ends the wire. Idempotent. */
  end(): void {
    if (this.#phase === 'ending') return;
    this.#phase = 'ending';
    // Read on, into nothing, so that the other side's end is seen; but not over a chunk that still waits for the other wire.
    if (!this.#paused) this.startReading();
    this.finish();
  }

  protected receive(chunk: Uint8Array): void {
    switch (this.#phase) {
      case 'joined':
        this.#received += chunk.length;
        this.#passOn(chunk);
        break;
      case 'ticket':
        this.#collect(chunk);
        break;
      case 'waiting':
        // Nothing is sent before the answer.
        this.wireEnded();
        break;
      case 'ending':
        break;
    }
  }

  /** Resumes the other side once buffered chunks have been sent. */
  readonly #flushed = (): void => {
    if (this.bufferedBytes === 0) this.#release();
  };

  /** Resumes reading at the other side. */
  #release(): void {
    const other = this.#other;
    if (other === undefined || !other.#paused) return;
    other.#paused = false;
    other.startReading();
  }

  /** Called when the other end of this wire closes or breaks. */
  protected wireEnded(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#owner.ended(this);
  }

  protected wireClosed(): void {
    this.wireEnded();
    this.#phase = 'ending';
    // Whoever was held back for this wire must see its own end.
    this.#release();
    this.#other = undefined;
    this.#owner.closed(this);
  }

  #passOn(chunk: Uint8Array): void {
    const other = this.#other;
    if (other === undefined) return;
    other.write(chunk, other.#flushed);
    const most = this.lends ? 1 : this.#bound;
    if (other.bufferedBytes >= most && !this.#paused) {
      this.#paused = true;
      this.stopReading();
    }
  }

  #collect(chunk: Uint8Array): void {
    const ticket = this.#ticket;
    if (ticket === undefined || this.#filled + chunk.length > LINK_TICKET_BYTES) {
      this.wireEnded();
      return;
    }
    ticket.set(chunk, this.#filled);
    this.#filled += chunk.length;
    if (this.#filled < LINK_TICKET_BYTES) return;
    this.#ticket = undefined;
    this.#phase = 'waiting';
    this.#owner.ticket(this, ticket);
  }
}
