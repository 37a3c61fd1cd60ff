import type { AppTransport, AppTransportHandlers } from '#shared/app-api/index.ts';

/** Last message of a side that closes. */
const END = 'end';

/**
 * Transport of the app API to another thread over a MessagePort, or to another tab over a BroadcastChannel whose name only the two know. Both accept
 * every message at once, so it buffers nothing; the credit of the app API limits what is in flight. The end of a tab or a worker is noticed by
 * `AgentTabs`, which then closes it.
 */
export class MessageTransport implements AppTransport {
  readonly bufferedBytes = 0;
  readonly #channel: BroadcastChannel | MessagePort;
  readonly #early: Uint8Array[] = [];
  #handlers: AppTransportHandlers | undefined;
  #isClosed = false;
  #error: Error | undefined;

  constructor(channel: BroadcastChannel | MessagePort) {
    this.#channel = channel;
    channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    channel.onmessageerror = () => this.#finish(new TypeError('a message could not be read'));
  }

  send(message: Uint8Array): void {
    // A view would take its whole buffer along.
    if (!this.#isClosed)
      this.#channel.postMessage(message.byteLength === message.buffer.byteLength ? message : message.slice());
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    for (const message of this.#early.splice(0)) handlers.message(message);
    if (this.#isClosed) handlers.closed(this.#error);
  }

  close(): void {
    if (!this.#isClosed) this.#channel.postMessage(END);
    this.#finish();
  }

  #receive(data: unknown): void {
    if (this.#isClosed) return;
    if (data === END) this.#finish();
    else if (!(data instanceof Uint8Array)) this.#finish(new TypeError('not a message of app-api'));
    else if (this.#handlers === undefined) this.#early.push(data);
    else this.#handlers.message(data);
  }

  #finish(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#error = error;
    this.#channel.close();
    this.#handlers?.closed(error);
  }
}
