import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';

/**
 * Transport of the app API over a MessagePort, for the application's window. `connectApi` creates it.
 *
 * A port accepts every message at once and reports no progress, so this class buffers nothing. The number of calls and the credit of each channel
 * (256 KiB, 64 channels) limit the messages in flight; the agent returns credit when it has processed them.
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
