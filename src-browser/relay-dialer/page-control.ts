import type { ControlChannel, ControlHandlers, RelayEndpoint } from '#shared/relay-dialer/index.ts';

/** Sent in place of a WebSocket ping, which pages neither send nor see (PROTOCOL section 7.2). */
const PING = JSON.stringify({ type: 'ping' });

/**
 * Control connection to the relay over an open WebSocket of a page. Created by `createPageRelayDialer`. Messages and the end wait
 * until the handlers are set.
 */
export class PageControl implements ControlChannel {
  /** Empty: a page can't see the certificate of its connection. */
  readonly tlsPin = new Uint8Array(0);
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  #handlers: ControlHandlers | undefined;
  /** Messages from before the handlers were set. */
  #early: (string | ArrayBuffer)[] = [];
  #end: Readonly<{ code: number; reason: string }> | undefined;

  constructor(socket: WebSocket, { authority }: RelayEndpoint) {
    this.#socket = socket;
    this.remoteAddress = authority;
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => this.#take(data));
    socket.addEventListener('close', ({ code, reason }) => this.#ended({ code, reason }));
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  sendText(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  sendBinary(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  ping(): void {
    this.sendText(PING);
  }

  setHandlers(handlers: ControlHandlers): void {
    this.#handlers = handlers;
    const early = this.#early;
    this.#early = [];
    for (const data of early) give(handlers, data);
    if (this.#end !== undefined) handlers.closed(undefined, this.#end);
  }

  close(): void {
    // The browser ends a close that the relay doesn't answer.
    this.#socket.close(1000);
  }

  terminate(): void {
    this.#socket.close();
    this.#ended({ code: 1006, reason: '' });
  }

  #take(data: string | ArrayBuffer): void {
    if (this.#end !== undefined) return;
    if (this.#handlers === undefined) this.#early.push(data);
    else give(this.#handlers, data);
  }

  #ended(end: Readonly<{ code: number; reason: string }>): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#handlers?.closed(undefined, end);
  }
}

function give(handlers: ControlHandlers, data: string | ArrayBuffer): void {
  if (typeof data === 'string') handlers.text(data);
  else handlers.binary(new Uint8Array(data));
}
