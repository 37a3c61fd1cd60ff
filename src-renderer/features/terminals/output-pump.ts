import type { AppChannel } from '#shared/app-api/index.ts';

/** Bytes given to the terminal at a time. With the window of the channel this is all that can wait in the page. */
export const LARGEST_BATCH = 128 * 1024;

/** Takes bytes and says when they are dealt with, as xterm does. */
export interface ByteSink {
  write(bytes: Uint8Array, done: () => void): void;
}

/**
 * Carries output to the terminal until the channel ends. The channel gets credit for a batch only after the terminal has dealt with it, so
 * that a flood waits at its program and not here, and Ctrl+C has little to overtake.
 * @throws {AppApiError} when the connection is lost
 */
export async function pumpOutput(channel: AppChannel, sink: ByteSink): Promise<void> {
  for (;;) {
    const first = await channel.read();
    if (first === null) return;
    const pieces = [first];
    let length = first.length;
    // Many small pieces in one go: each go costs a turn of the page.
    while (channel.unreadBytes > 0 && length < LARGEST_BATCH) {
      const next = await channel.read();
      if (next === null) break;
      pieces.push(next);
      length += next.length;
    }
    const batch = join(pieces, length);
    await new Promise<void>((resolve) => {
      sink.write(batch, resolve);
    });
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
