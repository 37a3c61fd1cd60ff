import type { LinkStream } from '#shared/link/index.ts';
import { PTY_RESET_PROTOCOL } from '#shared/terminal/index.ts';

/**
 * Answers and ends a stream that was opened only for the answer. Never rejects. Used for lists of terminals, among others.
 * @param answer undefined if accepting the stream was the answer
 */
export async function replyAndClose(stream: LinkStream, answer?: Uint8Array): Promise<void> {
  try {
    if (answer !== undefined) await stream.write(answer);
    await stream.end();
    // Nothing is expected; the other direction has to be finished as well.
    while ((await stream.read()) !== null) stream.reset(PTY_RESET_PROTOCOL);
  } catch {
    // The peer has gone.
  }
}
