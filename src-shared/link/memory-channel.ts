import type { Clock, Timer } from '../clock.ts';
import type { ByteChannel, ChannelHandlers } from './channel.ts';

/** Options of a channel in memory. */
export type MemoryChannelOptions = Readonly<{
  /** Delay of each direction, ms; needs `clock`. If undefined, bytes arrive in the next microtask. */
  latency?: number;
  clock?: Clock;
  /** Maximum length of a delivered chunk, bytes. */
  chunkSize?: number;
  /** Bytes in flight above which `write` returns false. */
  highWaterMark?: number;
}>;

/**
 * Creates the two ends of a `ByteChannel` in memory, for tests and benchmarks of links. The direct transport also uses a closed one in place of a
 * connection that broke early. Written arrays are passed on without a copy, so the writer must not change them.
 */
export function createMemoryChannelPair(options: MemoryChannelOptions = {}): [ByteChannel, ByteChannel] {
  const left = new MemoryChannel(options);
  const right = new MemoryChannel(options);
  left.join(right);
  right.join(left);
  return [left, right];
}

class MemoryChannel implements ByteChannel {
  readonly #options: MemoryChannelOptions;
  readonly #highWaterMark: number;
  #other: MemoryChannel | undefined;
  #handlers: ChannelHandlers | undefined;
  /** Written here, not yet taken by the other end. */
  #inFlight: Uint8Array[] = [];
  #bytesInFlight = 0;
  #wantsDrain = false;
  #ending = false;
  #gone = false;
  #paused = false;
  #delivering = false;
  #timers = new Set<Timer>();
  /** Pieces whose latency has passed. */
  #ripe = 0;
  #endRipe = false;
  #closedWith: { error: Error | undefined } | undefined;

  constructor(options: MemoryChannelOptions) {
    if (options.latency !== undefined && options.clock === undefined) throw new RangeError('latency needs a clock');
    this.#options = options;
    this.#highWaterMark = options.highWaterMark ?? 1024 * 1024;
  }

  join(other: MemoryChannel): void {
    this.#other = other;
  }

  get bufferedBytes(): number {
    return this.#bytesInFlight;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    if (this.#closedWith !== undefined) this.#reportClosed(this.#closedWith.error);
    this.#other?.deliverSoon();
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#ending || this.#gone) return true;
    for (const piece of pieces) {
      this.#inFlight.push(piece);
      this.#bytesInFlight += piece.length;
    }
    const count = pieces.length;
    this.#ripen(() => {
      this.#ripe += count;
    });
    if (this.#bytesInFlight <= this.#highWaterMark) return true;
    this.#wantsDrain = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#other?.deliverSoon();
  }

  close(): void {
    if (this.#ending || this.#gone) return;
    this.#ending = true;
    this.#ripen(() => {
      this.#endRipe = true;
    });
  }

  destroy(error?: Error): void {
    const other = this.#other;
    this.#leave(error);
    queueMicrotask(() => other?.leaveLater());
  }

  /** The other end was destroyed: nothing more comes. */
  leaveLater(): void {
    this.#leave(this.#ending ? undefined : new Error('the other end of the channel is gone'));
  }

  deliverSoon(): void {
    if (this.#delivering || this.#gone) return;
    this.#delivering = true;
    queueMicrotask(() => {
      this.#delivering = false;
      this.#deliver();
    });
  }

  #ripen(then: () => void): void {
    const { latency, clock } = this.#options;
    if (latency === undefined || clock === undefined) {
      then();
      this.deliverSoon();
      return;
    }
    const timer = clock.setTimer(latency, () => {
      this.#timers.delete(timer);
      then();
      this.#deliver();
    });
    this.#timers.add(timer);
  }

  #deliver(): void {
    const other = this.#other;
    const handlers = other?.handlers;
    if (other === undefined || handlers === undefined) return;
    let taken = 0;
    while (taken < this.#ripe && other.takesData && !this.#gone) {
      const piece = this.#inFlight[taken] ?? new Uint8Array();
      const handed = this.#hand(piece, handlers, other);
      this.#bytesInFlight -= handed;
      if (handed < piece.length) this.#inFlight[taken] = piece.subarray(handed);
      else taken += 1;
    }
    if (this.#gone) return;
    this.#inFlight.splice(0, taken);
    this.#ripe -= taken;
    if (this.#endRipe && this.#inFlight.length === 0) {
      other.#leave();
      this.#leave();
      return;
    }
    if (this.#wantsDrain && this.#bytesInFlight <= this.#highWaterMark / 2) {
      this.#wantsDrain = false;
      this.#handlers?.drain();
    }
  }

  /** Delivers a piece and returns how much was taken: less than all when the other end paused or left. */
  #hand(piece: Uint8Array, handlers: ChannelHandlers, other: MemoryChannel): number {
    const size = this.#options.chunkSize ?? piece.length;
    let handed = 0;
    while (handed < piece.length && other.takesData) {
      const chunk = piece.subarray(handed, handed + size);
      handed += chunk.length;
      handlers.data(chunk);
    }
    return handed;
  }

  get handlers(): ChannelHandlers | undefined {
    return this.#handlers;
  }

  get takesData(): boolean {
    return !this.#paused && !this.#gone;
  }

  #leave(error?: Error): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#inFlight = [];
    this.#bytesInFlight = 0;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#closedWith = { error };
    if (this.#handlers !== undefined) this.#reportClosed(error);
  }

  #reportClosed(error: Error | undefined): void {
    queueMicrotask(() => this.#handlers?.closed(error));
  }
}
