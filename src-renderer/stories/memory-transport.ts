import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';

/** One end of a connection within the page. */
class MemoryTransport implements AppTransport {
  readonly bufferedBytes = 0;
  other: MemoryTransport | undefined;
  #handlers: AppTransportHandlers | undefined;
  #early: Uint8Array[] = [];
  #over = false;

  send(message: Uint8Array): void {
    queueMicrotask(() => this.other?.receive(message));
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
  }

  close(): void {
    this.#finish();
    this.other?.close();
  }

  receive(message: Uint8Array): void {
    if (this.#over) return;
    if (this.#handlers === undefined) this.#early.push(message);
    else this.#handlers.message(message.slice());
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers?.closed();
    const { other } = this;
    this.other = undefined;
    other?.close();
  }
}

export function createTransportPair(): readonly [AppTransport, AppTransport] {
  const one = new MemoryTransport();
  const two = new MemoryTransport();
  one.other = two;
  two.other = one;
  return [one, two];
}
