import { setTimeout as delay } from 'node:timers/promises';

/** Least time between two looks at something that gives no event, such as a process of others or a file. Milliseconds. */
const INTERVAL = 50;

/**
 * Asks again and again until the answer is there: for what other processes do and tell nobody.
 * @param what Completes "timed out waiting for …".
 * @param timeout Milliseconds.
 */
export async function until<Value>(
  what: string,
  probe: () => Value | undefined | Promise<Value | undefined>,
  timeout = 30_000,
): Promise<Value> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const begun = performance.now();
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`timed out waiting for ${what}`);
    // A look that is a command of its own leaves half of the processor to what it waits for.
    await delay(Math.max(INTERVAL, performance.now() - begun));
  }
}
