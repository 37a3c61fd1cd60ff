import type { GatewayChannel } from '../gateways/index.ts';
import { GATEWAY_TERMINAL_LIMITS } from './limits.ts';
import { inputReply } from './messages.ts';

const { input: MOST, chunk: CHUNK } = GATEWAY_TERMINAL_LIMITS;

/**
 * Queue of input for a gateway's terminal: sends it in order, one request at a time. A request in progress when the connection is
 * lost isn't repeated, since it may have arrived and no key must be pressed twice; the input after it is sent on the
 * next connection.
 */
export class GatewayInputQueue {
  readonly #decoder = new TextDecoder();
  readonly #terminal: () => string;
  #waiting = '';
  #channel: GatewayChannel | undefined;
  #sending = false;
  #closed = false;
  #writers: (() => void)[] = [];

  constructor(terminal: () => string) {
    this.#terminal = terminal;
  }

  /** Queues input. Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void> {
    return this.writeText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Queues text. Resolves when there is room for more. */
  async writeText(text: string): Promise<void> {
    if (this.#closed) return;
    this.#waiting += text;
    void this.#send();
    while (this.#waiting.length > MOST && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#writers.push(resolve);
      });
    }
  }

  /** Sets the connection to use; with undefined, input is held. */
  use(channel: GatewayChannel | undefined): void {
    this.#channel = channel;
    void this.#send();
  }

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
          inputReply.parse(await channel.request('terminal.input', { sessionId: this.#terminal(), data }));
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

/** Returns the input of one request, never splitting a surrogate pair. */
function firstChunk(text: string): string {
  const part = text.slice(0, CHUNK);
  const last = part.charCodeAt(part.length - 1);
  return part.length < text.length && last >= 0xd800 && last <= 0xdbff ? part.slice(0, -1) : part;
}
