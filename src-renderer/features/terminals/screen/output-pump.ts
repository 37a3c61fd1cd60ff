import type { AppChannel } from '#shared/app-api/index.ts';
import { DrainRate } from './drain-rate.ts';
import type { RedrawnTerminals } from './redrawn-terminals.ts';

/** Takes bytes and says when they are dealt with, as xterm does. */
export interface ByteSink {
  write(bytes: Uint8Array, done: () => void): void;
  /** Everything was dealt with, then some was left out: what comes next draws the screen on an empty one without any mode set. */
  skipped(): void;
}

/**
 * Carries output to the terminal until the channel ends and all of it is dealt with. The channel gets credit only while the terminal keeps up, so
 * that a flood waits at its program and not here.
 */
export class OutputPump {
  readonly #channel: AppChannel;
  readonly #sink: ByteSink;
  readonly #redrawn: RedrawnTerminals;
  readonly #pace: DrainRate;
  /** Given and not dealt with, bytes. */
  #pending = 0;
  /** Read from the channel, bytes. */
  #read = 0;
  #wake: () => void = () => undefined;

  constructor(channel: AppChannel, sink: ByteSink, redrawn: RedrawnTerminals, pace: DrainRate = new DrainRate()) {
    this.#channel = channel;
    this.#sink = sink;
    this.#redrawn = redrawn;
    this.#pace = pace;
  }

  /** Bytes that are here and not drawn. */
  get waiting(): number {
    return this.#pending + this.#channel.unreadBytes;
  }

  /** @throws {AppApiError} when the connection is lost */
  async run(): Promise<void> {
    try {
      for (;;) {
        const batch = await this.#readBatch();
        if (batch === undefined) break;
        const wanted = await this.#afterRedraw(batch);
        if (wanted.length === 0) continue;
        this.#give(wanted);
        await this.#below(this.#pace.most);
      }
      await this.#below(1);
    } finally {
      this.#redrawn.forget(this.#channel.id);
    }
  }

  /** What of a batch is to be drawn: nothing of what lies before a screen that is drawn anew. */
  async #afterRedraw(batch: Uint8Array): Promise<Uint8Array> {
    const { id } = this.#channel;
    const offset = this.#redrawn.offsetOf(id);
    const start = this.#read;
    this.#read += batch.length;
    if (offset === undefined) return batch;
    if (offset >= this.#read) return batch.subarray(0, 0);
    this.#redrawn.forget(id);
    // Later than the place it cannot be: the event came first.
    const rest = batch.subarray(Math.max(0, offset - start));
    await this.#below(1);
    this.#sink.skipped();
    return rest;
  }

  #give(bytes: Uint8Array): void {
    if (this.#pending === 0) this.#pace.started();
    this.#pending += bytes.length;
    this.#sink.write(bytes, () => {
      this.#pending -= bytes.length;
      this.#pace.processed(bytes.length);
      this.#wake();
    });
  }

  /** Resolves when fewer bytes are pending. */
  async #below(bound: number): Promise<void> {
    while (this.#pending >= bound) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Many small pieces in one go: each go costs a turn of the page. Undefined at the end. */
  async #readBatch(): Promise<Uint8Array | undefined> {
    const channel = this.#channel;
    const first = await channel.read();
    if (first === null) return undefined;
    const pieces = [first];
    let length = first.length;
    while (channel.unreadBytes > 0 && length < this.#pace.most / 4) {
      const next = await channel.read();
      if (next === null) break;
      pieces.push(next);
      length += next.length;
    }
    return join(pieces, length);
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
