import type { Terminal } from '@xterm/xterm';
import { beforeEach, expect, test, vi } from 'vitest';
import { drawInSight } from '../../../../src-renderer/features/terminals/screen/draw-in-sight.ts';

type Cell = readonly [number, number];

let isInSight: boolean;
let drawn: ReturnType<typeof vi.fn<(start: Cell | undefined, end: Cell | undefined, isColumn: boolean) => void>>;
/** As xterm does at each scroll, and when the selection changes. */
let redraw: (start?: Cell, end?: Cell) => void;

beforeEach(() => {
  isInSight = true;
  drawn = vi.fn();
  const renderer = { handleSelectionChanged: drawn as (...given: readonly unknown[]) => void };
  drawInSight({ _core: { _renderService: renderer } } as unknown as Terminal, () => isInSight);
  redraw = (start, end) => renderer.handleSelectionChanged(start, end, false);
});

test('a scroll without a selection draws nothing, since xterm draws the new lines anyway', () => {
  redraw();
  // A click without a drag begins a selection and ends none.
  redraw([3, 4]);
  expect(drawn).not.toHaveBeenCalled();
});

test('a selection is drawn at each scroll, and once more when it has gone', () => {
  redraw([0, 1], [4, 1]);
  redraw([0, 0], [4, 0]);
  expect(drawn.mock.calls).toEqual([
    [[0, 1], [4, 1], false],
    [[0, 0], [4, 0], false],
  ]);
  redraw();
  redraw();
  expect(drawn).toHaveBeenCalledTimes(3);
  expect(drawn).toHaveBeenLastCalledWith(undefined, undefined, false);
});

test('out of sight nothing is drawn; a selection that has gone there is wiped at the next scroll in sight', () => {
  redraw([0, 1], [4, 1]);
  isInSight = false;
  redraw([0, 0], [4, 0]);
  redraw();
  expect(drawn).toHaveBeenCalledTimes(1);
  isInSight = true;
  redraw();
  expect(drawn).toHaveBeenCalledTimes(2);
});

test('a terminal without what is wrapped is left alone', () => {
  for (const terminal of [{}, { _core: {} }, { _core: { _renderService: {} } }])
    expect(() => drawInSight(terminal as unknown as Terminal, () => true)).not.toThrow();
});
