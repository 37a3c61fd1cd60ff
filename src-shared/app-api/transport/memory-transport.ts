import { APP_TRANSPORT_DRAINED, type AppTransport, type AppTransportHandlers } from './transport.ts';

/** What one end has sent and the other has not taken yet is kept at the other: after a close it is still delivered, and the end after it. */
class MemoryTransport implements AppTransport {
  other: MemoryTransport | undefined;
  #handlers: AppTransportHandlers | undefined;
  /** Messages for the handlers of this end. */
  readonly #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #paused = false;
  #scheduled = false;
  /** This end has called `close`: what comes in is dropped. */
  #closing = false;
  /** Nothing more is sent from here: one of the two ends has closed. */
  #ended = false;
  #told = false;
  #wasFull = false;

  get bufferedBytes(): number {
    return this.other?.waitingBytes ?? 0;
  }

  get waitingBytes(): number {
    return this.#inboxBytes;
  }

  send(message: Uint8Array): void {
    if (this.#ended) return;
    this.other?.take(message);
    if (this.bufferedBytes > APP_TRANSPORT_DRAINED) this.#wasFull = true;
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    this.#schedule();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#schedule();
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#inbox.length = 0;
    this.#inboxBytes = 0;
    this.end();
    this.other?.end();
  }

  /** One of the two ends has closed. */
  end(): void {
    this.#ended = true;
    this.#schedule();
  }

  take(message: Uint8Array): void {
    this.#inbox.push(message);
    this.#inboxBytes += message.length;
    this.#schedule();
  }

  /** The other end has taken what was sent from here. */
  taken(): void {
    if (!this.#wasFull || this.#ended || this.bufferedBytes > APP_TRANSPORT_DRAINED) return;
    this.#wasFull = false;
    this.#handlers?.drain();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const handlers = this.#handlers;
    if (handlers === undefined) return;
    try {
      while (!this.#paused) {
        const message = this.#inbox.shift();
        if (message === undefined) break;
        this.#inboxBytes -= message.length;
        handlers.message(message);
        this.other?.taken();
      }
    } finally {
      // A handler that throws has lost its own message, not those behind it.
      if (this.#inbox.length > 0 && !this.#paused) this.#schedule();
    }
    if (!this.#ended || this.#told || this.#inbox.length > 0) return;
    this.#told = true;
    handlers.closed();
  }
}

/**
 * Two ends of one connection inside one program: what one sends the other receives, in order and in a later microtask, as the same array.
 * Who closes drops what it has not received; the other end still gets what was sent before.
 */
export function createTransportPair(): readonly [AppTransport, AppTransport] {
  const pair = [new MemoryTransport(), new MemoryTransport()] as const;
  pair[0].other = pair[1];
  pair[1].other = pair[0];
  return pair;
}
