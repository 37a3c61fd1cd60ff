import type { LinkStream } from '#shared/link/index.ts';

const BUFFER = 64 * 1024 + 1024;

/**
 * Copies both ways until both directions have ended: a slow reader makes its writer wait, an end is passed on and the other direction goes
 * on. When either stream is cut, or the signal is aborted, both end at once. Never rejects; idle streams stay for ever.
 */
export async function pipeBidirectional(left: LinkStream, right: LinkStream, signal: AbortSignal): Promise<void> {
  const cut = (): void => {
    left.reset(0);
    right.reset(0);
  };
  const cutUnlessFinished = (end: unknown): void => {
    if (end !== 'finished') cut();
  };
  // A direction that waits for its reader does not see the other side go.
  void left.closed.then(cutUnlessFinished);
  void right.closed.then(cutUnlessFinished);
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  await Promise.all([copy(left, right).catch(cut), copy(right, left).catch(cut)]);
  signal.removeEventListener('abort', cut);
}

async function copy(from: LinkStream, to: LinkStream): Promise<void> {
  const buffer = new Uint8Array(BUFFER);
  for (;;) {
    const length = await from.readInto(buffer);
    if (length === null) break;
    await to.write(buffer.subarray(0, length));
  }
  await to.end();
}
