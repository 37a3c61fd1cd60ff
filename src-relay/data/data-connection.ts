import { LINK_TICKET_BYTES } from '#shared/relay-api/index.ts';

/** Who decides what a data connection is for. */
export interface DataConnectionOwner {
  /** The whole ticket is there. */
  ticket(end: DataConnection, ticket: Uint8Array): void;
  /** The other end of the wire has ended or broken, or has sent what it must not; everything it sent before was passed on. Once. */
  ended(end: DataConnection): void;
  /** Nothing is left of the socket. Once, last. */
  closed(end: DataConnection): void;
}

/** `ticket` until 32 bytes came, `waiting` for the other side, `joined`, `ending` when nothing more is taken from it. */
type Phase = 'ticket' | 'waiting' | 'joined' | 'ending';

/**
 * One side of a pair, in either form. Once joined it hands each chunk to the other side as it came, and stops reading while the other side holds
 * more than `bound` bytes, or any byte of a chunk that is only lent: a slow reader slows its own writer and nobody else.
 */
export abstract class DataConnection {
  readonly #owner: DataConnectionOwner;
  readonly #bound: number;
  #phase: Phase = 'ticket';
  /** Filled until the ticket is whole. */
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

  /** Bytes passed on since the pair was joined. */
  get received(): number {
    return this.#received;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Nobody has proven anything on this wire yet. */
  protected get awaitsTicket(): boolean {
    return this.#phase === 'ticket';
  }

  /** Chunks of this end are lent: they must be on their way before the next one is read. */
  protected abstract get lends(): boolean;
  /** Bytes that wait in this process for the wire. */
  protected abstract get bufferedBytes(): number;
  /** @param flushed called when the chunk has left this process, or the wire broke */
  protected abstract write(chunk: Uint8Array, flushed?: () => void): void;
  protected abstract stopReading(): void;
  protected abstract startReading(): void;
  /** Sends what is buffered, then ends the wire. */
  protected abstract finish(): void;
  /** Takes what came together with the request for this connection. */
  abstract start(head: Uint8Array): void;
  /** Drops the wire at once. */
  abstract destroy(): void;

  /** From now on what comes goes to `other`. Both sides are joined before either is told. */
  join(other: DataConnection): void {
    this.#other = other;
    this.#phase = 'joined';
  }

  /** Tells the wire that it may send. @param ready the protocol's byte */
  tellReady(ready: Uint8Array): void {
    this.write(ready);
  }

  /** Sends what is left, takes nothing more, and ends the wire. Idempotent. */
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

  /** What waited for this wire has left. */
  readonly #flushed = (): void => {
    if (this.bufferedBytes === 0) this.#release();
  };

  /** Lets the other side read on. */
  #release(): void {
    const other = this.#other;
    if (other === undefined || !other.#paused) return;
    other.#paused = false;
    other.startReading();
  }

  /** The other end of this wire said that it is done, or broke. */
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
