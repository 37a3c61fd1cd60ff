import type { ByteChannel, ChannelHandlers } from '#shared/link/index.ts';
import type { SeededRandom } from '#test/support/faults/index.ts';

/** How a wire breaks: after so many bytes each way, and who is told of it then. */
export type Breaking = Readonly<{
  /** Bytes from the left and from the right that arrive. */
  budget: readonly [number, number];
  /** Each end hears that the connection is gone, or goes on and believes in it. */
  told: readonly [boolean, boolean];
}>;

const WHOLE: Breaking = { budget: [Infinity, Infinity], told: [true, true] };

/** One end of a connection whose bytes arrive only when the test says so, in pieces of any size. */
class WireEnd implements ByteChannel {
  readonly #highWaterMark: number;
  readonly #told: boolean;
  readonly #broken: () => void;
  /** Of what this end writes, so many bytes still arrive. */
  #budget: number;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #handlers: ChannelHandlers | undefined;
  #wantsDrain = false;
  #ending = false;
  #gone = false;

  constructor(breaking: Breaking, side: 0 | 1, highWaterMark: number, broken: () => void) {
    this.#highWaterMark = highWaterMark;
    this.#budget = breaking.budget[side];
    this.#told = breaking.told[side];
    this.#broken = broken;
  }

  get bufferedBytes(): number {
    return this.#queued;
  }

  get pending(): boolean {
    return !this.#gone && (this.#queued > 0 || this.#ending);
  }

  get isGone(): boolean {
    return this.#gone;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#gone || this.#ending) return true;
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#queue.push(piece);
      this.#queued += piece.length;
    }
    this.#wantsDrain ||= this.#queued > this.#highWaterMark;
    return this.#queued <= this.#highWaterMark;
  }

  pause(): void {}
  resume(): void {}

  close(): void {
    this.#ending = true;
  }

  destroy(): void {
    if (this.#gone) return;
    this.leave();
    this.#broken();
  }

  /** The connection is over for this end, which hears of it if it is to. */
  leave(always = false): void {
    if (this.#gone || !(this.#told || always)) return;
    this.#gone = true;
    this.#queue = [];
    this.#queued = 0;
    this.#handlers?.closed();
  }

  /** Brings at most `most` bytes over. */
  deliver(other: WireEnd, most: number): void {
    const [piece] = this.#queue;
    if (piece === undefined) {
      if (!this.#ending) return;
      other.leave(true);
      this.leave(true);
      return;
    }
    const length = Math.min(most, piece.length);
    if (length === piece.length) this.#queue.shift();
    else this.#queue[0] = piece.subarray(length);
    this.#queued -= length;
    const arriving = Math.min(length, this.#budget);
    this.#budget -= length;
    if (arriving > 0 && !other.#gone) other.#handlers?.data(piece.slice(0, arriving));
    if (this.#budget < 0) this.#broken();
    if (!this.#wantsDrain || this.#gone || this.#queued > this.#highWaterMark / 2) return;
    this.#wantsDrain = false;
    this.#handlers?.drain();
  }
}

/** A connection between the initiator, on the left, and the responder. */
export class Wire {
  readonly left: WireEnd;
  readonly right: WireEnd;
  #broken = false;

  constructor(breaking: Breaking = WHOLE, highWaterMark = 65_536) {
    const broken = (): void => {
      if (this.#broken) return;
      this.#broken = true;
      this.left.leave();
      this.right.leave();
    };
    this.left = new WireEnd(breaking, 0, highWaterMark, broken);
    this.right = new WireEnd(breaking, 1, highWaterMark, broken);
  }

  get pending(): boolean {
    return this.left.pending || this.right.pending;
  }

  /** Ends the connection for both, told or not. */
  cut(): void {
    this.#broken = true;
    this.left.leave(true);
    this.right.leave(true);
  }

  step(random: SeededRandom): void {
    const fromLeft = this.left.pending && (!this.right.pending || random.chance(0.5));
    const [from, to] = fromLeft ? [this.left, this.right] : [this.right, this.left];
    from.deliver(to, random.chance(0.3) ? random.integer(1, 40) : random.integer(1, 20_000));
  }
}
