import type { MessagePortMain } from 'electron';
import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';
import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';

export type TransportPort = Pick<MessagePortMain, 'on' | 'postMessage' | 'start' | 'close'>;

/**
 * Messages over a MessagePort: each is posted as bytes and copied on its way (a transferred buffer can arrive empty,
 * https://github.com/electron/electron/issues/37157). A port keeps what comes until it is started and knows no pressure, so nothing is ever
 * waiting here: what bounds the bytes on their way are the windows of the channels.
 */
export class MainPortTransport implements AppTransport {
  readonly bufferedBytes = 0;
  readonly #port: TransportPort;
  #firstMessage: (() => void) | undefined;
  #handlers: AppTransportHandlers | undefined;
  #ended = false;
  #told = false;

  /** @param firstMessage called after the first message was taken */
  constructor(port: TransportPort, firstMessage?: () => void) {
    this.#port = port;
    this.#firstMessage = firstMessage;
    port.on('message', ({ data }) => this.#receive(data));
    port.on('close', () => this.#end());
  }

  send(message: Uint8Array): void {
    if (!this.#ended) this.#port.postMessage(alone(message));
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    if (this.#ended) queueMicrotask(() => this.#tell());
    else this.#port.start();
  }

  close(): void {
    this.#end();
  }

  #receive(data: unknown): void {
    if (this.#ended) return;
    // What is no message at all cannot be answered either.
    if (!(data instanceof Uint8Array) || data.length > APP_WIRE_LIMITS.message) {
      this.#end();
      return;
    }
    this.#handlers?.message(data);
    this.#firstMessage?.();
    this.#firstMessage = undefined;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#port.close();
    // Later, as with every transport: who closes is not called back in the middle of it.
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    if (this.#told || this.#handlers === undefined) return;
    this.#told = true;
    this.#handlers.closed();
  }
}

/** The bytes in an array of their own: cloning a view takes its whole buffer along. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength && bytes.constructor === Uint8Array
    ? bytes
    : Uint8Array.from(bytes);
}
