import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { anySignal } from '#agent/targets/index.ts';

it('is aborted with any of its signals, and leaves nothing with those that last [S-TARGET-6]', () => {
  const lasting = new AbortController();
  for (let count = 0; count < 100; count += 1) {
    const short = new AbortController();
    const { signal, release } = anySignal(short.signal, lasting.signal);
    if (count % 2 === 0) short.abort();
    expect(signal.aborted).toBe(count % 2 === 0);
    release();
  }
  expect(getEventListeners(lasting.signal, 'abort')).toHaveLength(0);
  const { signal } = anySignal(lasting.signal);
  lasting.abort();
  expect([signal.aborted, anySignal(lasting.signal).signal.aborted]).toEqual([true, true]);
});
