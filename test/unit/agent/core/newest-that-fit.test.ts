import { expect, test } from 'vitest';
import { APP_WIRE_LIMITS, encodeWireMessage } from '#shared/app-api/index.ts';
import { newestThatFit } from '../../../../src-main/agent/core/newest-that-fit.ts';

test('a list that fits is given whole', () => {
  expect(newestThatFit([1, 2, 3])).toEqual([1, 2, 3]);
  expect(newestThatFit([])).toEqual([]);
});

test.each(['x', '\u0001', '漢', '😀'])(
  'the newest entries fit into one message, whatever their letters (%j)',
  (letter) => {
    const entries = Array.from({ length: 5000 }, (_, at) => ({ at, text: letter.repeat(700) }));
    const value = newestThatFit(entries);
    const message = encodeWireMessage({
      kind: 'control',
      json: { type: 'result', call: Number.MAX_SAFE_INTEGER, value },
    });
    expect(message.length).toBeLessThanOrEqual(APP_WIRE_LIMITS.message);
    expect(message.length).toBeGreaterThan(APP_WIRE_LIMITS.message * 0.98);
    expect(value).toEqual(entries.slice(0, value.length));
  },
);
