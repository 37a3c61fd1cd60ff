import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { casesOf } from '#test/support/fuzz.ts';
import { ScreenProbe } from '#test/support/screen-probe.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const ROWS = 4;
const PIECES = ['abcdefghij', '漢字漢字漢', 'e\u0301x', '\u001b[2;3H', '\u001b[H', '\u001b[3;1H', '\u001b[1;30m', ' '];

it('a full-screen terminal that was narrowed shows, when it grows again, what one shows that has erased the columns', async () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''));
  const cols = fc.integer({ min: 2, max: 30 });
  await fc.assert(
    fc.asyncProperty(text, cols, fc.nat({ max: 10 }), async (shown, narrow, more) => {
      const [cut, erased] = [new ScreenProbe(30, ROWS), new ScreenProbe(30, ROWS)];
      for (const probe of [cut, erased]) await probe.feed(utf8(`\u001b[?1049h\u001b[H${shown}`));
      const erase = Array.from({ length: ROWS }, (_row, row) => `\u001b[${row + 1};${narrow + 1}H\u001b[K`).join('');
      if (narrow < 30) await erased.feed(utf8(`\u001b7${erase}\u001b8`));
      for (const probe of [cut, erased]) {
        for (const size of [narrow, narrow + more]) {
          probe.resize(size, ROWS);
          if (probe === cut) probe.cut();
        }
      }
      expect(cut.rows()).toEqual(erased.rows());
      for (const probe of [cut, erased]) probe.dispose();
    }),
    { numRuns: casesOf(500) },
  );
});

it('nothing of a line that was cut is left to be copied or found', async () => {
  const probe = new ScreenProbe(20, 2);
  await probe.feed(utf8('\u001b[?1049h\u001b[Hseen and not hidden'));
  probe.resize(8, 2);
  probe.cut();
  const line = probe.terminal.buffer.active.getLine(0);
  expect(line?.translateToString(true)).toBe('seen and');
  expect(line?.length).toBe(8);
});
