import { LINK_TICKET_BYTES } from '#shared/relay-api/index.ts';

/** Owner of data connections, which redeems their tickets and joins pairs. `PeerConnections` in the hub implements it. */
export interface DataConnectionOwner {
  /** Called once the complete ticket has arrived. */
  ticket(dataConnection: DataConnection, ticket: Uint8Array): void;
  /**
   * Called once, before `closed`, when the other end has closed, broken or violated the protocol, or the socket was destroyed here; all earlier bytes
   * were forwarded.
   */
  ended(dataConnection: DataConnection): void;
  /** Called once, last, when the socket is closed. */
  closed(dataConnection: DataConnection): void;
}

/**
 * Phase of a data connection: `ticket` until 32 bytes have arrived, `waiting` for the other side, `joined`, `ending` once arriving bytes are dropped.
 */
type Phase = 'ticket' | 'waiting' | 'joined' | 'ending';

/**
 * One device's socket for one path through the relay. Once two are joined, each forwards its received chunks to the other. A side stops reading once
 * the other side's socket buffers `bound` bytes, or a single byte if chunks are lent (see `lendsChunks`), and reads again once that buffer is empty.
 * So a slow reader slows only its own writer. Subclasses implement the raw and the WebSocket form.
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

  /** Bytes received since the pair was joined. */
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

  /** True if received chunks share one read buffer, so that each must be sent before the next one is read. */
  protected abstract get lendsChunks(): boolean;
  /** Bytes buffered in this process for the socket. */
  protected abstract get bufferedBytes(): number;
  /**
   * Sends a chunk.
   * @param flushed called when the chunk has left this process, or the socket broke
   */
  protected abstract write(chunk: Uint8Array, flushed?: () => void): void;
  protected abstract stopReading(): void;
  protected abstract startReading(): void;
  /** Sends the buffered bytes, then ends the socket. */
  protected abstract finish(): void;
  /** Starts reading, with the bytes that followed the upgrade request. */
  abstract start(head: Uint8Array): void;
  /** Drops the socket at once. */
  abstract destroy(): void;

  /** Forwards everything to `other` from now on. The owner joins both sides before it calls `sendReady` on either. */
  join(other: DataConnection): void {
    this.#other = other;
    this.#phase = 'joined';
  }

  /**
   * Sends LINK_READY, after which the device may send.
   * @param ready the byte
   */
  sendReady(ready: Uint8Array): void {
    this.write(ready);
  }

  /** Sends buffered bytes and ends the socket; bytes that still arrive are dropped. Idempotent. */
  end(): void {
    if (this.#phase === 'ending') return;
    this.#phase = 'ending';
    // Reads on and drops the bytes, to notice the device's end; but not while a lent chunk waits for the other socket.
    if (!this.#paused) this.startReading();
    this.finish();
  }

  /** Called by subclasses with each received chunk. */
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
        // A device must not send before LINK_READY.
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

  /** Called by subclasses when the other end of this socket closes or breaks. */
  protected wireEnded(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#owner.ended(this);
  }

  /** Called by subclasses when this socket is closed. */
  protected wireClosed(): void {
    this.wireEnded();
    this.#phase = 'ending';
    // The paused other side must resume, to notice its own end.
    this.#release();
    this.#other = undefined;
    this.#owner.closed(this);
  }

  #passOn(chunk: Uint8Array): void {
    const other = this.#other;
    if (other === undefined) return;
    other.write(chunk, other.#flushed);
    const most = this.lendsChunks ? 1 : this.#bound;
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
