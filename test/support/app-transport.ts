import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';

/** One end of a pair of message transports in memory. Delivers in a later microtask; `stall` keeps what this end sends. */
export class MemoryTransport implements AppTransport {
  other: MemoryTransport | undefined;
  readonly sent: Uint8Array[] = [];
  bufferedBytes = 0;
  over = false;
  #queue: Uint8Array[] = [];
  #stalled = false;
  #scheduled = false;
  #handlers: AppTransportHandlers | undefined;
  readonly #early: Uint8Array[] = [];

  send(message: Uint8Array): void {
    if (this.over) return;
    this.sent.push(message);
    this.#queue.push(message);
    this.bufferedBytes += message.length;
    this.#schedule();
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
  }

  close(): void {
    if (this.over) return;
    this.#flush();
    this.end();
    this.other?.end();
  }

  /** As if the connection broke. */
  end(error?: Error): void {
    if (this.over) return;
    this.over = true;
    this.#queue = [];
    this.#handlers?.closed(error);
  }

  /** While stalled, the other end takes nothing. */
  stall(stalled: boolean): void {
    this.#stalled = stalled;
    this.#schedule();
  }

  deliver(message: Uint8Array): void {
    if (this.over) return;
    if (this.#handlers === undefined) this.#early.push(message);
    else this.#handlers.message(message);
  }

  #schedule(): void {
    if (this.#scheduled || this.#stalled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#stalled) return;
    for (let message = this.#queue.shift(); message !== undefined; message = this.#queue.shift()) {
      this.bufferedBytes -= message.length;
      this.other?.deliver(message.slice());
    }
    if (!this.over) this.#handlers?.drain();
  }
}

export function createTransportPair(): [MemoryTransport, MemoryTransport] {
  const pair: [MemoryTransport, MemoryTransport] = [new MemoryTransport(), new MemoryTransport()];
  pair[0].other = pair[1];
  pair[1].other = pair[0];
  return pair;
}
