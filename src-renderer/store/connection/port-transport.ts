import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';

/**
 * Sends messages of app-api over a MessagePort.
 *
 * A port takes every message at once and reports no progress, so nothing is buffered here. Messages in flight are limited by the credit of each
 * channel (256 KiB, 64 channels), which the agent returns when it has processed them, and by the number of calls.
 */
export class PortTransport implements AppTransport {
  readonly bufferedBytes = 0;
  readonly #port: MessagePort;
  readonly #early: Uint8Array[] = [];
  #handlers: AppTransportHandlers | undefined;
  #isClosed = false;
  #error: Error | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    port.onmessageerror = () => this.#finish(new TypeError('a message could not be read'));
    // Sent when the other end has closed or its process has ended.
    port.addEventListener('close', () => this.#finish());
  }

  send(message: Uint8Array): void {
    if (this.#isClosed) return;
    // Copies a view, which would transfer its whole buffer.
    this.#port.postMessage(message.byteLength === message.buffer.byteLength ? message : message.slice());
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
    if (this.#isClosed) handlers.closed(this.#error);
  }

  close(): void {
    this.#finish();
  }

  #receive(data: unknown): void {
    if (this.#isClosed) return;
    if (!(data instanceof Uint8Array)) this.#finish(new TypeError('not a message of app-api'));
    else if (this.#handlers === undefined) this.#early.push(data);
    else this.#handlers.message(data);
  }

  #finish(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#error = error;
    this.#port.close();
    this.#handlers?.closed(error);
  }
}
