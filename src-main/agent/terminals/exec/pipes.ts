import type { Writable } from 'node:stream';
import { PTY_RESET_CANCELLED } from '#shared/terminal/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { OutputPipe } from './process.ts';

/** Size of one read of the stream and one write to the program, bytes. */
const BUFFER = 256 * 1024;

/**
 * Copies the peer's input to the program, and ends the program's input when the peer's ends. A program that closes its input resets the stream.
 * @returns true at the end of the input; false if either side stopped earlier
 */
export async function carryInput(stream: LinkStream, stdin: Writable): Promise<boolean> {
  // Nothing is sent to the peer.
  stream.end().catch(() => undefined);
  const stop = (): void => stream.reset(PTY_RESET_CANCELLED);
  stdin.once('error', stop);
  stdin.once('close', stop);
  const buffer = new Uint8Array(BUFFER);
  try {
    for (;;) {
      const length = await stream.readInto(buffer);
      if (length === null) break;
      await written(stdin, buffer.subarray(0, length));
    }
  } catch {
    return false;
  }
  stdin.off('close', stop);
  stdin.end();
  return true;
}

/**
 * Copies the program's output to the peer. A slow peer makes the program wait; a peer that resets the stream closes the pipe. Resolves when nothing
 * more comes; never rejects.
 * @param tap gets the same bytes, valid until it returns
 */
export async function carryOutput(
  pipe: OutputPipe,
  stream: LinkStream,
  tap: ((chunk: Uint8Array) => void) | undefined,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const reader = pipe.start((chunk) => {
      tap?.(chunk);
      const room = stream.write(chunk);
      if (stream.hasRoom) {
        room.catch(cut);
        return true;
      }
      room.then(() => reader.resume(), cut);
      return false;
    });
    function cut(): void {
      stream.reset(PTY_RESET_CANCELLED);
      reader.destroy();
    }
    let isComplete = false;
    reader.on('error', cut);
    reader.on('end', () => {
      isComplete = true;
      stream.end().catch(cut);
    });
    reader.on('close', () => {
      // A broken pipe isn't the end of the output.
      if (!isComplete) cut();
      resolve();
    });
    void stream.closed.then((end) => {
      if (end !== 'finished') cut();
    });
    ignoreInput(stream).catch(() => undefined);
  });
}

/** Resets the stream if the peer sends anything on it. */
async function ignoreInput(stream: LinkStream): Promise<void> {
  while ((await stream.read()) !== null) stream.reset(PTY_RESET_CANCELLED);
}

function written(stdin: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
