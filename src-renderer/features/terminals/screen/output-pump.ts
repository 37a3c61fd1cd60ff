import type { AppChannel } from '#shared/app-api/index.ts';
import { DrainRate } from './drain-rate.ts';
import type { RedrawnTerminals } from './redrawn-terminals.ts';

/** Terminal screen that takes bytes and reports when they are processed. */
export interface ByteSink {
  /** Takes output; calls `done` when it is processed. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Announces that output was dropped. The screen empties itself, because the next bytes draw it from the start. */
  skipped(): void;
}

/**
 * Passes a channel's output to a terminal screen until the channel ends and everything is processed. A `TerminalSession` runs one for each
 * attachment. Grants the channel credit only while the screen keeps up, so that a flood waits at its program and not in the window.
 */
export class OutputPump {
  readonly #channel: AppChannel;
  readonly #sink: ByteSink;
  readonly #redrawn: RedrawnTerminals;
  readonly #drainRate: DrainRate;
  /** Bytes passed on and not processed yet. */
  #pending = 0;
  /** Bytes read from the channel. */
  #read = 0;
  #wake: () => void = () => undefined;

  /** @param redrawn offsets from which the agent draws a screen again, after dropped output */
  constructor(channel: AppChannel, sink: ByteSink, redrawn: RedrawnTerminals, pace: DrainRate = new DrainRate()) {
    this.#channel = channel;
    this.#sink = sink;
    this.#redrawn = redrawn;
    this.#drainRate = pace;
  }

  /** Bytes received and not processed yet. */
  get waiting(): number {
    return this.#pending + this.#channel.unreadBytes;
  }

  /**
   * Runs until the channel ends.
   * @throws {AppApiError} if the connection to the agent is lost
   */
  async run(): Promise<void> {
    try {
      for (;;) {
        const batch = await this.#readBatch();
        if (batch === undefined) break;
        const wanted = await this.#afterRedraw(batch);
        if (wanted.length === 0) continue;
        this.#write(wanted);
        await this.#waitBelow(this.#drainRate.most);
      }
      await this.#waitBelow(1);
    } finally {
      this.#redrawn.forget(this.#channel.id);
    }
  }

  /** Returns the part of a batch to draw. Bytes before a redraw of the screen are left out. */
  async #afterRedraw(batch: Uint8Array): Promise<Uint8Array> {
    const { id } = this.#channel;
    const offset = this.#redrawn.offsetOf(id);
    const start = this.#read;
    this.#read += batch.length;
    if (offset === undefined) return batch;
    if (offset >= this.#read) return batch.subarray(0, 0);
    this.#redrawn.forget(id);
    // The event came before these bytes, so the offset isn't earlier than the batch's start.
    const rest = batch.subarray(Math.max(0, offset - start));
    await this.#waitBelow(1);
    this.#sink.skipped();
    return rest;
  }

  #write(bytes: Uint8Array): void {
    if (this.#pending === 0) this.#drainRate.started();
    this.#pending += bytes.length;
    this.#sink.write(bytes, () => {
      this.#pending -= bytes.length;
      this.#drainRate.processed(bytes.length);
      this.#wake();
    });
  }

  /** Resolves when fewer bytes than `bound` are pending. */
  async #waitBelow(bound: number): Promise<void> {
    while (this.#pending >= bound) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Reads several small pieces at once, because each read costs a turn of the event loop. Undefined at the end. */
  async #readBatch(): Promise<Uint8Array | undefined> {
    const channel = this.#channel;
    const first = await channel.read();
    if (first === null) return undefined;
    const pieces = [first];
    let length = first.length;
    while (channel.unreadBytes > 0 && length < this.#drainRate.most / 4) {
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
