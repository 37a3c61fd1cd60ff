import type { Terminal } from '@xterm/xterm';
import { beforeEach, expect, test, vi } from 'vitest';
import { pauseScrollBar } from '../../../../src-renderer/features/terminals/screen/sync-scroll-bar.ts';

let isInSight: boolean;
let calls: string[];
let comeIntoSight: () => void;
/** As xterm's `Viewport` is called by xterm. */
let viewport: { _sync(line?: number): void; scrollLines(lines: number): void };

beforeEach(() => {
  isInSight = false;
  calls = [];
  viewport = {
    _sync: (line) => void calls.push(`bar ${line ?? 'here'}`),
    scrollLines: (lines) => void calls.push(`scroll ${lines}`),
  };
  comeIntoSight = pauseScrollBar({ _core: { _viewport: viewport } } as unknown as Terminal, () => isInSight);
});

test('output moves the bar in sight only; it is moved once when the terminal comes there', () => {
  viewport._sync();
  viewport._sync(7);
  expect(calls).toEqual([]);
  isInSight = true;
  comeIntoSight();
  comeIntoSight();
  expect(calls).toEqual(['bar here']);
  viewport._sync(8);
  expect(calls).toEqual(['bar here', 'bar 8']);
});

test('what scrolls a terminal out of sight finds the bar in its place', () => {
  viewport._sync();
  viewport.scrollLines(-3);
  viewport.scrollLines(-2);
  expect(calls).toEqual(['bar here', 'scroll -3', 'scroll -2']);
});

test('a terminal without what is wrapped is left alone', () => {
  for (const terminal of [{}, { _core: {} }, { _core: { _viewport: {} } }]) {
    const move = vi.fn(pauseScrollBar(terminal as unknown as Terminal, () => false));
    expect(move).not.toThrow();
  }
});
