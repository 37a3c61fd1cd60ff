import type { AppChannel } from '#shared/app-api/index.ts';
import type { TerminalInput } from '../host/index.ts';
import { EscapeParser, type EscapeAction } from './escape.ts';

/** So much may be typed or pasted ahead of a slow link before the keyboard is no longer read. Bytes. */
const MOST_PENDING = 256 * 1024;
const CTRL_C = 0x03;

export type InputHandlers = Readonly<{
  wish(kind: Exclude<EscapeAction['kind'], 'data'>): void;
  /** The person's end of the input is over: end of a pipe, or a terminal that is gone. */
  ended(): void;
  /** Ctrl-C while there is no terminal to send it to. */
  givenUp(): void;
}>;

/**
 * Stdin to the channel. Each chunk is written the moment it comes; what comes while an earlier one waits for room goes in one piece. Escapes
 * work even when nothing can be written any more. Without a channel, keys are dropped: what a person types at a screen that stands still is
 * not meant for what is there when it moves again.
 */
export class InputPump {
  readonly #stdin: TerminalInput;
  readonly #handlers: InputHandlers;
  readonly #escapes: EscapeParser | undefined;
  #writer: Writer | undefined;
  #inputEnded = false;
  #stopped = false;

  constructor(options: Readonly<{ stdin: TerminalInput; handlers: InputHandlers; escapes: boolean }>) {
    this.#stdin = options.stdin;
    this.#handlers = options.handlers;
    this.#escapes = options.escapes ? new EscapeParser() : undefined;
  }

  /** Begins, or goes on, with this channel. */
  join(channel: AppChannel): void {
    const isFirst = this.#writer === undefined && this.#stdin.listenerCount('data') === 0;
    this.#writer = new Writer(channel, {
      taken: () => {
        if (!this.#stopped && !this.#inputEnded && this.#stdin.isPaused()) this.#stdin.resume();
      },
      idle: () => {
        if (this.#inputEnded && !this.#stopped) this.#finish();
      },
    });
    if (!isFirst) return;
    this.#stdin.on('data', this.#onData);
    this.#stdin.on('end', this.#onEnd);
    this.#stdin.on('error', this.#onEnd);
    this.#stdin.resume();
  }

  /** The channel is lost. What was given to it and has not arrived is not sent again, for nobody knows what has. */
  part(): void {
    this.#writer?.stop();
    this.#writer = undefined;
    if (!this.#stopped && !this.#inputEnded) this.#stdin.resume();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stdin.off('data', this.#onData);
    this.#stdin.off('end', this.#onEnd);
    this.#stdin.pause();
    this.#writer?.stop();
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
    if (this.#writer?.isBusy !== true) this.#finish();
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
    if (this.#writer === undefined) {
      if (bytes.includes(CTRL_C)) this.#handlers.givenUp();
    } else if (this.#writer.take(bytes) >= MOST_PENDING) this.#stdin.pause();
  }

  #finish(): void {
    this.#writer?.end();
    this.#handlers.ended();
  }
}

/** Input on its way into one channel, in order. */
class Writer {
  readonly #channel: AppChannel;
  readonly #handlers: Readonly<{ taken(): void; idle(): void }>;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #stopped = false;
  isBusy = false;

  constructor(channel: AppChannel, handlers: Readonly<{ taken(): void; idle(): void }>) {
    this.#channel = channel;
    this.#handlers = handlers;
  }

  /** @returns bytes that wait behind those that are being written */
  take(bytes: Uint8Array): number {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (!this.isBusy) void this.#write();
    return this.#pendingBytes;
  }

  end(): void {
    this.#channel.end();
  }

  stop(): void {
    this.#stopped = true;
    this.#pending = [];
  }

  async #write(): Promise<void> {
    this.isBusy = true;
    try {
      while (this.#pending.length > 0 && !this.#stopped) {
        const [first = new Uint8Array(0), ...others] = this.#pending;
        this.#pending = [];
        this.#pendingBytes = 0;
        await this.#channel.write(others.length === 0 ? first : Buffer.concat([first, ...others]));
        if (!this.#stopped) this.#handlers.taken();
      }
    } catch {
      // The reading side learns what ended the session, and tells it.
    } finally {
      this.isBusy = false;
    }
    if (!this.#stopped) this.#handlers.idle();
  }
}
