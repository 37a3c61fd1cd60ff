import type { AppChannel } from '#shared/app-api/index.ts';
import type { TerminalInput } from '../host/index.ts';
import { EscapeParser, type EscapeAction } from './escape.ts';

/** Number of bytes that may wait for a slow link before the keyboard is no longer read. */
const MAX_PENDING = 256 * 1024;
const CTRL_C = 0x03;
/** Time within which a link that is there again may be that of another session, ms. */
const OTHER_LINK = 5000;

/** Callbacks of an `InputPump`. */
export type InputHandlers = Readonly<{
  /** Called when the person types an escape. */
  escaped(kind: Exclude<EscapeAction['kind'], 'data'>): void;
  /** Called at the end of input: a pipe ended, or the terminal is gone. */
  ended(): void;
  /** Called on Ctrl-C while no channel is attached. */
  givenUp(): void;
}>;

/**
 * Sends standard input to a terminal's channel, and reports escapes. While no channel is attached, drops keys: they
 * weren't meant for the screen that appears after reconnecting. Used by `attachTerminal`.
 */
export class InputPump {
  readonly #stdin: TerminalInput;
  readonly #handlers: InputHandlers;
  readonly #escapes: EscapeParser | undefined;
  #writer: Writer | undefined;
  #typed: (() => void) | undefined;
  #isReading = false;
  #inputEnded = false;
  #stopped = false;
  /** True if keys came while no channel was attached. */
  #hasDropped = false;
  /** True if keys came while the link of the channel was lost: they arrive only if the link returns. */
  #isAtRisk = false;
  #isLinkLost = false;
  /** Time on the monotonic clock at which the link last returned, ms. */
  #returnedAt = -Infinity;

  constructor(options: Readonly<{ stdin: TerminalInput; handlers: InputHandlers; escapes: boolean }>) {
    this.#stdin = options.stdin;
    this.#handlers = options.handlers;
    this.#escapes = options.escapes ? new EscapeParser() : undefined;
  }

  /** Sends input to this channel from now on. @param typed called with each input for the channel */
  attach(channel: AppChannel, typed?: () => void): void {
    this.#typed = typed;
    this.#writer = new Writer(channel, {
      taken: () => {
        if (!this.#stopped && !this.#inputEnded && this.#stdin.isPaused()) this.#stdin.resume();
      },
      idle: () => {
        if (this.#inputEnded && !this.#stopped) this.#finish();
      },
    });
    if (this.#isReading) return;
    this.#isReading = true;
    this.#stdin.on('data', this.#onData);
    this.#stdin.on('end', this.#onEnd);
    this.#stdin.on('error', this.#onEnd);
    this.#stdin.resume();
  }

  /** Detaches from a lost channel. Its data isn't sent again, since no one knows how much of it arrived. */
  detach(): void {
    this.#writer?.stop();
    this.#writer = undefined;
    if (!this.#stopped && !this.#inputEnded) this.#stdin.resume();
  }

  /** Takes whether the link of the channel is lost, at `now` on the monotonic clock, ms. */
  setLinkLost(isLost: boolean, now: number): void {
    if (this.#isLinkLost && !isLost) this.#returnedAt = now;
    this.#isLinkLost = isLost;
  }

  /** Tells whether input since the loss was dropped, and forgets it. Called once a new channel is there. */
  takeDropped(now: number): boolean {
    // The link of another session may be reported before the end of the lost one.
    const isLost = this.#isLinkLost || now - this.#returnedAt < OTHER_LINK;
    const hasDropped = this.#hasDropped || (this.#isAtRisk && isLost);
    this.#hasDropped = false;
    this.#isAtRisk = false;
    this.#isLinkLost = false;
    return hasDropped;
  }

  /** Stops reading standard input. */
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
      else this.#handlers.escaped(action.kind);
    }
  }

  #take(bytes: Uint8Array): void {
    if (this.#stopped || bytes.length === 0) return;
    if (this.#writer === undefined) this.#hasDropped = true;
    else this.#isAtRisk = this.#isLinkLost;
    if (this.#writer === undefined) {
      if (bytes.includes(CTRL_C)) this.#handlers.givenUp();
      return;
    }
    if (this.#writer.take(bytes) >= MAX_PENDING) this.#stdin.pause();
    this.#typed?.();
  }

  #finish(): void {
    // The end of a terminal is no input: a shell there, which is left running, would end with it.
    if (this.#escapes === undefined) this.#writer?.end();
    this.#handlers.ended();
  }
}

/** Writes data to one channel in order. Sends data that arrives during a write together afterwards. */
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

  /** Queues bytes. @returns the number of bytes that wait behind the current write */
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
      // The reading side reports why the session ended.
    } finally {
      this.isBusy = false;
    }
    if (!this.#stopped) this.#handlers.idle();
  }
}
