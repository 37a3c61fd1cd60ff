import { APP_TRANSPORT_DRAINED, type AppTransport, type AppTransportHandlers } from './transport.ts';

/**
 * One end of a connection in memory. A sent message is stored at the other end, so that messages sent before a close are still delivered, followed by
 * the end.
 */
class MemoryTransport implements AppTransport {
  other: MemoryTransport | undefined;
  #handlers: AppTransportHandlers | undefined;
  /** Messages for this end's handlers. */
  readonly #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #paused = false;
  #scheduled = false;
  /** This end was closed: it drops arriving messages. */
  #closing = false;
  /** One of the ends was closed: this end sends nothing more. */
  #ended = false;
  #hasReportedClose = false;
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

  /** Ends the connection after one of the ends was closed. */
  end(): void {
    this.#ended = true;
    this.#schedule();
  }

  take(message: Uint8Array): void {
    this.#inbox.push(message);
    this.#inboxBytes += message.length;
    this.#schedule();
  }

  /** Called when the other end has processed a message from here. */
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
      // A throwing handler loses its own message, not the following ones.
      if (this.#inbox.length > 0 && !this.#paused) this.#schedule();
    }
    if (!this.#ended || this.#hasReportedClose || this.#inbox.length > 0) return;
    this.#hasReportedClose = true;
    handlers.closed();
  }
}

/**
 * Creates the two ends of a connection within one program. The desktop application uses it between its windows and its own agent. Messages arrive in
 * order, in a later microtask, as the same array. An end that closes drops the messages it has not received; the other end still receives those sent
 * before. Touches only memory.
 */
export function createTransportPair(): readonly [AppTransport, AppTransport] {
  const pair = [new MemoryTransport(), new MemoryTransport()] as const;
  pair[0].other = pair[1];
  pair[1].other = pair[0];
  return pair;
}
