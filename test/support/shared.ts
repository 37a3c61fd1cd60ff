import { afterAll, afterEach, beforeEach } from 'vitest';

/** What was opened is closed by this, the last first, whatever else fails. */
export type Defer = (close: () => unknown) => void;

/** A stage with a window takes long on a machine that does other things as well. Milliseconds. */
const LIMIT = 180_000;

/**
 * For what is dear to make, so that the tests of a file or group share it: made before the first of them. A test that has failed may have left it in
 * any state; whatever comes then, a second try of the same test too, has a new one.
 * @param open Makes it; what was deferred is closed as well where this fails half-way.
 * @returns gives it to a test
 */
export function shareAmongTests<Held>(open: (defer: Defer) => Promise<Held>, limit = LIMIT): () => Held {
  let held: Readonly<{ value: Held }> | undefined;
  let isSpoilt = false;
  const closers: (() => unknown)[] = [];

  async function close(): Promise<void> {
    held = undefined;
    const errors: unknown[] = [];
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      try {
        await closer();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
  }

  beforeEach(async () => {
    if (isSpoilt) {
      // It is no news that something of it has not ended well.
      await close().catch((error: unknown) => process.stderr.write(`After a failure: ${String(error)}\n`));
      isSpoilt = false;
    }
    if (held !== undefined) return;
    try {
      held = { value: await open((closer) => closers.push(closer)) };
    } catch (error) {
      isSpoilt = true;
      throw error;
    }
  }, limit);
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') isSpoilt = true;
  });
  afterAll(close, limit);

  return () => {
    if (held === undefined) throw new Error('there is none outside of a test');
    return held.value;
  };
}
