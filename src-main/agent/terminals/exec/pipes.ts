import type { Writable } from 'node:stream';
import { PTY_RESET_CANCELLED } from '#shared/terminal/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { OutputPipe } from './process.ts';

/** Size of one read of the link and one write to the program, bytes. */
const BUFFER = 256 * 1024;

/**
 * Carries the caller's input to the program: bytes, and the end when the caller says so. Who closes the program's end stops the caller.
 * @returns true at the end of the input; false where one of both sides has no more use for it
 */
export async function carryInput(stream: LinkStream, stdin: Writable): Promise<boolean> {
  // Nothing goes the other way.
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
 * Carries the program's output to the caller; a slow reader makes the program wait, one that wants no more closes its pipe.
 * @param tap sees the same bytes, lent until it returns
 * @returns when nothing more comes; never rejects
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
      // A pipe that broke is no end of the output.
      if (!isComplete) cut();
      resolve();
    });
    void stream.closed.then((end) => {
      if (end !== 'finished') cut();
    });
    ignoreInput(stream).catch(() => undefined);
  });
}

/** The caller has nothing to say on it. */
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
