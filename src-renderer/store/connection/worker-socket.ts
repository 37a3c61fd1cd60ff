import type { FromSocketWorker, ToSocketWorker } from './socket-messages.ts';

/** Functions that a `WorkerSocket` calls. */
export type SocketEvents = Readonly<{
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** Some of the buffered bytes were sent. */
  sent(): void;
  /** Called once, last. */
  closed(code: number, wasClean: boolean): void;
}>;

/** Parts of a worker that the page uses. */
export type SocketWorker = Pick<Worker, 'addEventListener' | 'terminate'> &
  Readonly<{ postMessage(message: ToSocketWorker, transfer?: Transferable[]): void }>;

/** Number of handled bytes after which the worker is told. */
const REPORT_AFTER = 256 * 1024;
/** Code of a connection that has ended without a word. */
const ABNORMAL = 1006;

/** Page's side of a WebSocket that a worker holds (`serveSocket`). The worker ends with the socket. */
export class WorkerSocket {
  readonly #worker: SocketWorker;
  #buffered = 0;
  #handled = 0;
  #isClosed = false;

  /** @param worker runs `serveSocket` */
  constructor(worker: SocketWorker, url: URL, protocols: readonly string[], events: SocketEvents) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<FromSocketWorker>) => this.#receive(data, events));
    // The script couldn't be loaded.
    worker.addEventListener('error', () => this.#end(ABNORMAL, false, events));
    worker.postMessage({ kind: 'open', url: url.href, protocols });
  }

  /** Bytes that the operating system has not taken yet. */
  get bufferedBytes(): number {
    return this.#buffered;
  }

  /** Sends a copy of the bytes. Ignored after the end. */
  send(message: Uint8Array): void {
    if (this.#isClosed) return;
    const { buffer } = new Uint8Array(message);
    this.#buffered += buffer.byteLength;
    this.#worker.postMessage({ kind: 'send', bytes: buffer }, [buffer]);
  }

  close(): void {
    if (!this.#isClosed) this.#worker.postMessage({ kind: 'close' });
  }

  #receive(message: FromSocketWorker, events: SocketEvents): void {
    if (this.#isClosed) return;
    switch (message.kind) {
      case 'text':
        events.text(message.text);
        break;
      case 'binary':
        this.#handled += message.bytes.byteLength;
        events.binary(new Uint8Array(message.bytes));
        if (this.#handled < REPORT_AFTER) break;
        this.#worker.postMessage({ kind: 'handled', bytes: this.#handled });
        this.#handled = 0;
        break;
      case 'sent':
        this.#buffered -= message.bytes;
        events.sent();
        break;
      case 'closed':
        this.#end(message.code, message.wasClean, events);
        break;
    }
  }

  #end(code: number, wasClean: boolean, events: SocketEvents): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#worker.terminate();
    events.closed(code, wasClean);
  }
}
