import type { AppChannel } from '#shared/app-api/index.ts';
import type { TerminalInput } from '../host/index.ts';
import { EscapeParser, type EscapeAction } from './escape.ts';

/** So much may be typed or pasted ahead of a slow link before the keyboard is no longer read. Bytes. */
const MOST_PENDING = 256 * 1024;

export type InputHandlers = Readonly<{
  wish(kind: Exclude<EscapeAction['kind'], 'data'>): void;
  /** The person's end of the input is over: end of a pipe, or a terminal that is gone. */
  ended(): void;
  failed(error: unknown): void;
}>;

/**
 * Stdin to the channel. Each chunk is written the moment it comes; what comes while an earlier one waits for room goes in one piece. Escapes
 * work even when nothing can be written any more.
 */
export class InputPump {
  readonly #stdin: TerminalInput;
  readonly #channel: AppChannel;
  readonly #handlers: InputHandlers;
  readonly #escapes: EscapeParser | undefined;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #writing = false;
  #inputEnded = false;
  #stopped = false;

  constructor(
    options: Readonly<{ stdin: TerminalInput; channel: AppChannel; handlers: InputHandlers; escapes: boolean }>,
  ) {
    this.#stdin = options.stdin;
    this.#channel = options.channel;
    this.#handlers = options.handlers;
    this.#escapes = options.escapes ? new EscapeParser() : undefined;
  }

  start(): void {
    this.#stdin.on('data', this.#onData);
    this.#stdin.on('end', this.#onEnd);
    this.#stdin.on('error', this.#onEnd);
    this.#stdin.resume();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stdin.off('data', this.#onData);
    this.#stdin.off('end', this.#onEnd);
    this.#stdin.pause();
    this.#pending = [];
  }

  readonly #onData = (chunk: Uint8Array | string): void => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (this.#escapes === undefined) this.#take(bytes);
    else this.#act(this.#escapes.feed(bytes));
  };

  readonly #onEnd = (): void => {
    if (this.#inputEnded || this.#stopped) return;
    this.#act(this.#escapes?.end() ?? []);
    this.#inputEnded = true;
    if (!this.#writing) this.#finish();
  };

  #act(actions: readonly EscapeAction[]): void {
    for (const action of actions) {
      if (this.#stopped) return;
      if (action.kind === 'data') this.#take(action.bytes);
      else this.#handlers.wish(action.kind);
    }
  }

  #take(bytes: Uint8Array): void {
    if (this.#stopped || bytes.length === 0) return;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (!this.#writing) void this.#write();
    else if (this.#pendingBytes >= MOST_PENDING) this.#stdin.pause();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#pending.length > 0 && !this.#stopped) {
        const [first = new Uint8Array(0), ...others] = this.#pending;
        this.#pending = [];
        this.#pendingBytes = 0;
        await this.#channel.write(others.length === 0 ? first : Buffer.concat([first, ...others]));
        if (!this.#stopped && !this.#inputEnded && this.#stdin.isPaused()) this.#stdin.resume();
      }
    } catch (error) {
      if (!this.#stopped) this.#handlers.failed(error);
    } finally {
      this.#writing = false;
    }
    if (this.#inputEnded && !this.#stopped) this.#finish();
  }

  #finish(): void {
    this.#channel.end();
    this.#handlers.ended();
  }
}
