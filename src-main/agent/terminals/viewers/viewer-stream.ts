import type { Clock } from '#shared/clock.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { encodeOutput, encodeTargetMessage, MAX_OUTPUT_BYTES, PTY_RESET_CANCELLED } from '#shared/terminal/index.ts';
import type { TargetMessage, TerminalEnd } from '#shared/terminal/index.ts';

/** Unread output of a viewer above which it is dropped, bytes; the viewer then gets the current screen later. */
const MOST_WAITING = 262_144;
/** Longest time for the viewer to read the last message, ms. */
const LINGER = 5000;

/** State of a viewer: `waiting` for the current screen; `live`, receiving output; `behind`, receiving nothing until it has read. */
type State = 'waiting' | 'live' | 'behind' | 'over';

/**
 * Stream from a terminal to one viewer: sends the screen and then output. A slow viewer delays no one: it misses output and gets the current screen
 * once it has caught up. The queue holds at most one screen and `MOST_WAITING`. Created by `Audience`.
 */
export class ViewerStream {
  readonly stream: LinkStream;
  readonly #clock: Clock;
  readonly #caughtUp: () => void;
  #queue: (Uint8Array | TargetMessage)[] = [];
  #waiting = 0;
  #state: State = 'waiting';
  #pumping = false;
  #endCode: string | null = null;

  /** @param caughtUp called when the viewer needs the screen */
  constructor(stream: LinkStream, clock: Clock, caughtUp: () => void) {
    this.stream = stream;
    this.#clock = clock;
    this.#caughtUp = caughtUp;
    stream.priority = 'normal';
    void stream.closed.then(() => {
      this.#state = 'over';
      this.#queue = [];
    });
  }

  get wantsScreen(): boolean {
    return this.#state === 'waiting';
  }

  /** Code with which viewing was ended; null if the viewer or the terminal ended by itself. */
  get endCode(): string | null {
    return this.#endCode;
  }

  /** Bytes of output that the viewer has yet to read; the screen doesn't count. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Sends the whole screen; later output follows it. */
  screen(cols: number, rows: number, pieces: readonly Uint8Array[]): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'live';
    this.#push({ type: 'snapshot-begin', cols, rows });
    for (const bytes of pieces) this.#push(bytes);
    this.#push({ type: 'snapshot-end' });
    // The screen does not count as output that waits.
    this.#waiting = 0;
  }

  output(bytes: Uint8Array): void {
    if (this.#state !== 'live') return;
    this.#waiting += bytes.length;
    if (this.#waiting <= MOST_WAITING) this.#push(bytes);
    else this.#fallBehind();
  }

  title(title: string): void {
    if (this.#state === 'live') this.#push({ type: 'title', title });
  }

  /** Marks that the viewer needs the screen again, because the output that follows doesn't continue what it has. */
  interrupted(): void {
    if (this.#state !== 'live') return;
    this.#queue = [];
    this.#waiting = 0;
    this.#state = 'waiting';
  }

  /** Drops what is unread, sends the reason, and ends the stream. */
  end(end: TerminalEnd): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#endCode = end.code;
    this.#queue = [];
    this.#push({ type: 'ended', end });
    const timer = this.#clock.setTimer(LINGER, () => this.stream.reset(PTY_RESET_CANCELLED));
    void this.stream.closed.then(() => timer.cancel());
  }

  /** Ends the stream with the terminal, after all unread output. */
  finish(end: TerminalEnd): void {
    if (this.#state === 'live') {
      this.#state = 'over';
      this.#push({ type: 'ended', end });
      const timer = this.#clock.setTimer(LINGER, () => this.stream.reset(PTY_RESET_CANCELLED));
      void this.stream.closed.then(() => timer.cancel());
    } else this.end(end);
  }

  #fallBehind(): void {
    this.#state = 'behind';
    this.#queue = [];
    this.#waiting = 0;
    if (!this.#pumping) this.#catchUp();
  }

  #catchUp(): void {
    this.#state = 'waiting';
    this.#caughtUp();
  }

  #push(item: Uint8Array | TargetMessage): void {
    this.#queue.push(item);
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    try {
      while (this.#queue.length > 0) await this.#writeNext();
      this.#pumping = false;
      if (this.#state === 'over') await this.stream.end();
      else if (this.#state === 'behind') this.#catchUp();
    } catch {
      // Its stream has failed: `closed` tells why.
      this.#state = 'over';
      this.#queue = [];
    }
  }

  async #writeNext(): Promise<void> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (let next = this.#queue[0]; next instanceof Uint8Array; next = this.#queue[pieces.length]) {
      if (length + next.length > MAX_OUTPUT_BYTES) break;
      pieces.push(next);
      length += next.length;
    }
    if (pieces.length > 0) {
      this.#queue.splice(0, pieces.length);
      await this.stream.write(encodeOutput(pieces));
      this.#waiting = Math.max(0, this.#waiting - length);
      return;
    }
    const message = this.#queue.shift();
    if (message !== undefined && !(message instanceof Uint8Array))
      await this.stream.write(encodeTargetMessage(message));
  }
}
