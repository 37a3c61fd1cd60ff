import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputWindow } from '#agent/openclaw/terminals/index.ts';
import { fromUtf8 } from '#shared/bytes/index.ts';

function taken(window: OutputWindow): string {
  const bytes = window.take();
  return bytes === undefined ? '' : fromUtf8(bytes);
}

it('output that comes twice, overlapping, or after a re-attach is there once', () => {
  const window = new OutputWindow(1000, 0);
  window.push(3, 'abc');
  window.push(3, 'abc');
  window.push(5, 'bcde');
  window.replay(8, 'cdefgh');
  window.push(9, 'i');
  expect([taken(window), window.missing]).toEqual(['abcdefghi', false]);
});

it('any loss of pieces is made good by what the gateway has kept', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.boolean())), (pieces) => {
      const window = new OutputWindow(1_000_000, 0);
      let all = '';
      let read = '';
      for (const [text, comes] of pieces) {
        all += text;
        if (comes) window.push(all.length, text);
        read += taken(window);
      }
      window.replay(all.length, all);
      read += taken(window);
      // Half a character at the very end waits for its other half.
      expect(all.startsWith(read)).toBe(true);
      expect(all.length - read.length).toBeLessThanOrEqual(1);
    }),
  );
});

it('a gap, or more than its bound, is told and waits to be read again; what is not kept any more resets the screen', () => {
  const window = new OutputWindow(10, 0);
  window.push(4, 'abcd');
  window.push(6, 'f');
  expect(window.missing).toBe(true);
  window.replay(6, 'ef');
  expect([window.missing, taken(window)]).toEqual([false, 'abcdef']);
  window.push(20, 'x'.repeat(14));
  expect([window.missing, window.hasRoom]).toEqual([true, true]);
  window.replay(30, 'end');
  expect(taken(window)).toBe('\u001bcend');
});
