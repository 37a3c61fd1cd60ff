import type { MessagePortMain } from 'electron';
import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';
import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';

export type TransportPort = Pick<MessagePortMain, 'on' | 'postMessage' | 'start' | 'close'>;

/**
 * Transport between the application and the window's page, over a MessagePort that `Connector` created. Posts each message as bytes, copied on the
 * way (a transferred buffer can arrive empty, https://github.com/electron/electron/issues/37157). A port queues until it is started and has no
 * back-pressure, so the channels' windows limit the bytes in transit.
 */
export class MainPortTransport implements AppTransport {
  readonly bufferedBytes = 0;
  readonly #port: TransportPort;
  #firstMessage: (() => void) | undefined;
  #handlers: AppTransportHandlers | undefined;
  #ended = false;
  #isReported = false;

  /** Wraps a port. @param firstMessage called after the first message was received */
  constructor(port: TransportPort, firstMessage?: () => void) {
    this.#port = port;
    this.#firstMessage = firstMessage;
    port.on('message', ({ data }) => this.#receive(data));
    port.on('close', () => this.#end());
  }

  send(message: Uint8Array): void {
    if (!this.#ended) this.#port.postMessage(copyBytes(message));
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    if (this.#ended) queueMicrotask(() => this.#reportClosed());
    else this.#port.start();
  }

  close(): void {
    this.#end();
  }

  #receive(data: unknown): void {
    if (this.#ended) return;
    // Invalid messages can't be answered.
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
    // Asynchronously, like every transport, so that a caller of close isn't called back during the call.
    queueMicrotask(() => this.#reportClosed());
  }

  #reportClosed(): void {
    if (this.#isReported || this.#handlers === undefined) return;
    this.#isReported = true;
    this.#handlers.closed();
  }
}

/** Copies the bytes to an array of their own, since cloning a view copies its whole buffer. */
function copyBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength && bytes.constructor === Uint8Array
    ? bytes
    : Uint8Array.from(bytes);
}
