import type { Terminal } from '@xterm/xterm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fitSize, followPixelRatio } from '../../../../src-renderer/features/terminals/screen/fit-size.ts';

afterEach(() => vi.unstubAllGlobals());

/** A terminal with characters of this size, as xterm has measured them. */
function measured(width: number, height: number, scrollback = 1000): Terminal {
  const terminal = { options: { scrollback, lineHeight: 1.2 }, _core: { _charSizeService: { width, height } } };
  return terminal as object as Terminal;
}

describe('the size of a terminal', () => {
  test.each([
    [1, false, 166, 35],
    [1, true, 178, 35],
    [2, false, 166, 35],
    [2, true, 166, 35],
    [1.25, true, 173, 35],
  ])('with %f pixels each follows how it is drawn: WebGL %s', (ratio, isWebgl, cols, rows) => {
    vi.stubGlobal('window', { devicePixelRatio: ratio });
    expect(fitSize(measured(7.5, 16), { width: 1264, height: 676 }, isWebgl)).toEqual({ cols, rows });
  });

  test('uses all of the width without a scroll bar, and is unknown before a character was measured', () => {
    vi.stubGlobal('window', { devicePixelRatio: 1 });
    const area = { width: 75, height: 190 };
    expect(fitSize(measured(7.5, 16, 0), area, false)).toEqual({ cols: 10, rows: 10 });
    expect(fitSize(measured(0, 0), area, false)).toBeUndefined();
    expect(fitSize({} as object as Terminal, area, false)).toBeUndefined();
  });
});

describe('another screen', () => {
  test('is told of each time its pixels have another size, until that is stopped', () => {
    const screen = { devicePixelRatio: 1 };
    const queries: [query: string, target: EventTarget][] = [];
    vi.stubGlobal('window', screen);
    vi.stubGlobal('matchMedia', (query: string) => {
      const target = new EventTarget();
      queries.push([query, target]);
      return target;
    });
    const changed = vi.fn<() => void>();
    const stop = followPixelRatio(changed);
    for (const ratio of [2, 1.5]) {
      screen.devicePixelRatio = ratio;
      queries.at(-1)?.[1].dispatchEvent(new Event('change'));
    }
    expect(queries.map(([query]) => query)).toEqual([
      '(resolution: 1dppx)',
      '(resolution: 2dppx)',
      '(resolution: 1.5dppx)',
    ]);
    expect(changed).toHaveBeenCalledTimes(2);
    stop();
    queries.at(-1)?.[1].dispatchEvent(new Event('change'));
    expect(changed).toHaveBeenCalledTimes(2);
  });
});
