import type { AppChannel } from '#shared/app-api/index.ts';

/** Bytes given to the terminal at a time. */
export const LARGEST_BATCH = 128 * 1024;

/**
 * Bytes given and not yet dealt with, at most, before the channel is read on: enough that the terminal never waits for the next, and drawn
 * within a few hundredths of a second, so that Ctrl+C has little to overtake. With the window of the channel this is all that waits in the page.
 */
export const MOST_PENDING = 512 * 1024;

/** Takes bytes and says when they are dealt with, as xterm does. */
export interface ByteSink {
  write(bytes: Uint8Array, done: () => void): void;
}

/**
 * Carries output to the terminal until the channel ends and all of it is dealt with. The channel gets credit only while the terminal keeps up, so
 * that a flood waits at its program and not here.
 * @throws {AppApiError} when the connection is lost
 */
export async function pumpOutput(channel: AppChannel, sink: ByteSink): Promise<void> {
  const pending = new Pending();
  for (;;) {
    const batch = await readBatch(channel);
    if (batch === undefined) break;
    pending.add(batch.length);
    sink.write(batch, () => pending.add(-batch.length));
    await pending.below(MOST_PENDING);
  }
  await pending.below(1);
}

/** Bytes that are given and not dealt with. */
class Pending {
  #bytes = 0;
  #wake: () => void = () => undefined;

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#wake();
  }

  /** Resolves when there are fewer. */
  async below(bound: number): Promise<void> {
    while (this.#bytes >= bound) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** Many small pieces in one go: each go costs a turn of the page. Undefined at the end. */
async function readBatch(channel: AppChannel): Promise<Uint8Array | undefined> {
  const first = await channel.read();
  if (first === null) return undefined;
  const pieces = [first];
  let length = first.length;
  while (channel.unreadBytes > 0 && length < LARGEST_BATCH) {
    const next = await channel.read();
    if (next === null) break;
    pieces.push(next);
    length += next.length;
  }
  return join(pieces, length);
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
