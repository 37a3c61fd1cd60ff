import type { GatewayChannel } from '../gateways/index.ts';
import { GATEWAY_TERMINAL_LIMITS } from './limits.ts';
import { inputReply } from './messages.ts';

const { input: MAX_WAITING, chunk: CHUNK } = GATEWAY_TERMINAL_LIMITS;

/**
 * Queue of the input that `GatewayTerminal` sends to a gateway: in order, one request at a time. A request that is running when the connection is
 * lost isn't repeated, because it may have arrived and a key must not count twice. The input after it waits in memory for the next connection.
 */
export class GatewayInputQueue {
  readonly #decoder = new TextDecoder();
  readonly #terminalId: () => string;
  #waiting = '';
  #channel: GatewayChannel | undefined;
  #sending = false;
  #closed = false;
  #writers: (() => void)[] = [];

  /** @param terminalId returns the terminal's ID at the gateway; called for each request */
  constructor(terminalId: () => string) {
    this.#terminalId = terminalId;
  }

  /** Queues typed bytes, UTF-8. Resolves when the queue is below its limit; after `close` the input is dropped. */
  write(bytes: Uint8Array): Promise<void> {
    return this.writeText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Queues text, as `write`. */
  async writeText(text: string): Promise<void> {
    if (this.#closed) return;
    this.#waiting += text;
    void this.#send();
    while (this.#waiting.length > MAX_WAITING && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#writers.push(resolve);
      });
    }
  }

  /** Sets the connection to the gateway; without one the input waits. */
  use(channel: GatewayChannel | undefined): void {
    this.#channel = channel;
    void this.#send();
  }

  /** Drops the waiting input and lets all writers continue. */
  close(): void {
    this.#closed = true;
    this.#waiting = '';
    this.#notify();
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const channel = this.#channel;
        const data = firstChunk(this.#waiting);
        if (channel === undefined || data === '') return;
        this.#waiting = this.#waiting.slice(data.length);
        this.#notify();
        try {
          // A rejection is followed by the event of the terminal's end.
          inputReply.parse(await channel.request('terminal.input', { sessionId: this.#terminalId(), data }));
        } catch {
          if (channel.closed.aborted && this.#channel === channel) return;
        }
      }
    } finally {
      this.#sending = false;
    }
  }

  #notify(): void {
    for (const resume of this.#writers.splice(0)) resume();
  }
}

/** Returns the beginning of the text that fits into one request, never splitting a surrogate pair. */
function firstChunk(text: string): string {
  const part = text.slice(0, CHUNK);
  const last = part.charCodeAt(part.length - 1);
  return part.length < text.length && last >= 0xd800 && last <= 0xdbff ? part.slice(0, -1) : part;
}
