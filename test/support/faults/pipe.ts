import type { Socket } from 'node:net';
import type { Line } from './line.ts';
import type { SeededRandom } from './random.ts';

/** Sizes of the pieces that what arrives is written in, bytes. */
export type Chunking = Readonly<{ least: number; most: number }>;

/** What a direction of a link does at this moment, for all its connections. */
export type Direction = {
  readonly line: Line;
  /** Swallows everything without a word. */
  hole: boolean;
  chunking: Chunking | undefined;
  /** Counts down; the connection that passes it is cut. */
  cutAfter: number | undefined;
  readonly carried: { bytes: number; swallowed: number };
};

export type PipeOptions = Readonly<{
  from: Socket;
  to: Socket;
  direction: Direction;
  random: SeededRandom;
  /** The byte count of `cutAfter` is reached. */
  cut(): void;
}>;

/**
 * One direction of one connection: bytes, the end and a reset, through the line and all that is wrong with it. What the line does not take
 * waits here and in the sender's own buffers, as behind a real bottleneck.
 */
export class Pipe {
  readonly #options: PipeOptions;
  #held: Buffer[] = [];
  #waiting = false;
  #blocked = false;
  #ending: 'end' | 'reset' | undefined;
  /** Bytes were lost: nothing that comes later can follow them, or TCP would not be TCP. */
  #broken = false;

  constructor(options: PipeOptions) {
    this.#options = options;
    const { from, to } = options;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#finish('end'));
    from.on('error', () => this.#finish('reset'));
    to.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
  }

  #take(chunk: Buffer): void {
    if (this.#swallows(chunk.length)) return;
    this.#held.push(chunk);
    this.#pump();
  }

  #finish(how: 'end' | 'reset'): void {
    this.#ending ??= how;
    // A reset overtakes what its sender had not got out.
    if (how === 'reset') this.#held = [];
    this.#pump();
  }

  #pump(): void {
    const { from, direction } = this.#options;
    const { line } = direction;
    while (!this.#waiting && !this.#blocked) {
      const [chunk] = this.#held;
      if (chunk === undefined) break;
      if (line.contended || !this.#send(chunk)) this.#wait(Math.min(chunk.length, line.quantum));
    }
    if (this.#held.length > 0) from.pause();
    else {
      if (!this.#blocked) from.resume();
      this.#sendEnding();
    }
  }

  #wait(length: number): void {
    this.#waiting = true;
    this.#options.direction.line.whenRoom(length, () => {
      this.#waiting = false;
      const [chunk] = this.#held;
      // One turn; the next one comes behind those who wait as well.
      if (chunk !== undefined) this.#send(chunk);
      this.#pump();
    });
  }

  #send(chunk: Buffer): boolean {
    const { line } = this.#options.direction;
    const piece = chunk.subarray(0, Math.min(chunk.length, line.quantum));
    if (!line.hasRoom(piece.length)) return false;
    this.#held.shift();
    if (piece.length < chunk.length) this.#held.unshift(chunk.subarray(piece.length));
    return line.send(piece.length, () => this.#deliver(piece));
  }

  #sendEnding(): void {
    const { to, direction } = this.#options;
    const ending = this.#ending;
    if (ending === undefined) return;
    this.#ending = undefined;
    direction.line.send(0, () => {
      // Even the end is swallowed.
      if (this.#swallows(0)) return;
      if (ending === 'end') to.end();
      else abort(to);
    });
  }

  #deliver(piece: Buffer): void {
    const { direction, cut } = this.#options;
    if (this.#swallows(piece.length)) return;
    const left = direction.cutAfter;
    if (left === undefined || left > piece.length) {
      if (left !== undefined) direction.cutAfter = left - piece.length;
      this.#write(piece);
      return;
    }
    direction.cutAfter = undefined;
    this.#write(piece.subarray(0, left));
    this.#broken = true;
    cut();
  }

  #write(piece: Buffer): void {
    const { to, direction } = this.#options;
    direction.carried.bytes += piece.length;
    if (to.destroyed || !to.writable) return;
    for (const part of this.#parts(piece)) if (!to.write(part)) this.#blocked = true;
  }

  *#parts(piece: Buffer): Generator<Buffer> {
    const { random, direction } = this.#options;
    let rest = piece;
    while (direction.chunking !== undefined && rest.length > 0) {
      const size = random.integer(direction.chunking.least, direction.chunking.most);
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
    }
    if (rest.length > 0) yield rest;
  }

  #swallows(length: number): boolean {
    const { direction } = this.#options;
    if (direction.hole) this.#broken = true;
    if (this.#broken) direction.carried.swallowed += length;
    return this.#broken;
  }
}

/**
 * A reset for the other side, and no more of this socket here. One that has sent its end cannot be reset any more: libuv refuses (uv_tcp_close_reset
 * after uv_shutdown), Node takes no notice, and the socket would stay open unseen.
 */
export function abort(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
