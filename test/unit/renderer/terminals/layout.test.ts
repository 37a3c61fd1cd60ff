import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  equalShares,
  LEAST_SHARE,
  moveEdge,
  moveSeparator,
  neighbour,
  onePane,
  panesOf,
  placePanes,
  readLayout,
  removePane,
  separatorsOf,
  splitPane,
  type Direction,
  type PaneLayout,
} from '../../../../src-renderer/features/terminals/panes/layout.ts';
import { moveTo } from '../../../../src-renderer/features/terminals/tabs/tab-list.ts';

/** 1 above 3, both left of 2. */
const THREE = splitPane(splitPane(onePane(1), 1, 'row', 2), 1, 'column', 3);
const sizesOf = (layout: PaneLayout): Readonly<Record<number, string>> =>
  Object.fromEntries(
    placePanes(layout).map(({ pane, left, top, width, height }) => [
      pane,
      [left, top, width, height].map((part) => part.toFixed(2)).join(' '),
    ]),
  );

/** Any layout that a person can make. */
const anyLayout = fc
  .array(
    fc.oneof(
      fc.record({
        kind: fc.constant('split' as const),
        at: fc.nat(20),
        direction: fc.constantFrom<Direction>('row', 'column'),
      }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(20) }),
      fc.record({
        kind: fc.constant('move' as const),
        at: fc.nat(20),
        by: fc.double({ min: -2, max: 2, noNaN: true }),
      }),
    ),
    { maxLength: 24 },
  )
  .map((steps) => {
    let layout = onePane(0);
    for (const [number, step] of steps.entries()) {
      const panes = panesOf(layout);
      const pane = panes[step.at % panes.length] ?? 0;
      if (step.kind === 'split') layout = splitPane(layout, pane, step.direction, number + 1);
      if (step.kind === 'remove') layout = removePane(layout, pane) ?? layout;
      if (step.kind === 'move') {
        const separators = separatorsOf(layout);
        const separator = separators[step.at % Math.max(1, separators.length)];
        if (separator !== undefined) layout = moveSeparator(layout, separator.path, separator.index, step.by);
      }
    }
    return layout;
  });

describe('a split tab', () => {
  test('gives a new pane half of the room of the one that is divided, in the same split where it can', () => {
    expect(sizesOf(THREE)).toEqual({ 1: '0.00 0.00 0.50 0.50', 2: '0.50 0.00 0.50 1.00', 3: '0.00 0.50 0.50 0.50' });
    const beside = splitPane(splitPane(onePane(1), 1, 'row', 2), 2, 'row', 3);
    expect(beside).toMatchObject({ kind: 'split', parts: [{ share: 0.5 }, { share: 0.25 }, { share: 0.25 }] });
    expect(sizesOf(equalShares(beside))[2]).toBe('0.33 0.00 0.33 1.00');
  });

  test('gives the room of a pane that is closed to those beside it, and is no split with one left', () => {
    const left = removePane(THREE, 1);
    expect(left === undefined ? undefined : sizesOf(left)).toEqual({
      3: '0.00 0.00 0.50 1.00',
      2: '0.50 0.00 0.50 1.00',
    });
    expect(left === undefined ? undefined : removePane(left, 2)).toEqual(onePane(3));
    expect(removePane(onePane(3), 3)).toBeUndefined();
  });

  test('has a neighbour on a side where one touches: the one with the longest common edge', () => {
    expect(neighbour(THREE, 1, 'right')).toBe(2);
    expect(neighbour(THREE, 1, 'down')).toBe(3);
    expect(neighbour(THREE, 3, 'up')).toBe(1);
    expect(neighbour(THREE, 1, 'left')).toBeUndefined();
    const lower = moveEdge(THREE, 1, 'up', 0.3);
    expect(neighbour(lower, 2, 'left')).toBe(3);
  });

  test('moves an edge in the direction of the key, on either side of the pane', () => {
    expect(sizesOf(moveEdge(THREE, 1, 'right', 0.1))[1]).toBe('0.00 0.00 0.60 0.50');
    expect(sizesOf(moveEdge(THREE, 2, 'right', 0.1))[2]).toBe('0.60 0.00 0.40 1.00');
    expect(sizesOf(moveEdge(THREE, 2, 'left', 0.1))[2]).toBe('0.40 0.00 0.60 1.00');
    expect(sizesOf(moveEdge(THREE, 3, 'up', 0.1))[3]).toBe('0.00 0.40 0.50 0.60');
    // Nothing is above or below it.
    expect(moveEdge(THREE, 2, 'up', 0.1)).toEqual(THREE);
  });

  test('leaves each part some room, however far its separator is moved', () => {
    const [separator] = separatorsOf(onePane(1));
    expect(separator).toBeUndefined();
    const two = splitPane(onePane(1), 1, 'column', 2);
    expect(placePanes(moveSeparator(two, [], 0, -9))[0]?.height).toBeCloseTo(LEAST_SHARE, 9);
    expect(placePanes(moveSeparator(two, [], 0, 9))[1]?.height).toBeCloseTo(LEAST_SHARE, 9);
    expect(moveSeparator(two, [], 7, 1)).toEqual(two);
  });

  test('fills its room without gap or overlap, whatever was done to it, and is read as it was written', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const placed = placePanes(layout);
        expect(placed.reduce((sum, { width, height }) => sum + width * height, 0)).toBeCloseTo(1, 6);
        for (const { left, top, width, height } of placed) {
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
          expect(Math.max(left + width, top + height)).toBeLessThan(1.000_001);
          expect(Math.min(width, height)).toBeGreaterThan(0);
        }
        expect(new Set(panesOf(layout)).size).toBe(placed.length);
        expect(separatorsOf(layout).length).toBe(placed.length - 1);
        expect(panesOf(readLayout(JSON.parse(JSON.stringify(layout))) ?? onePane(-1))).toEqual(panesOf(layout));
      }),
    );
  });

  test('is read from anything: what is none is undefined', () => {
    let deep: unknown = { kind: 'pane', pane: 1 };
    for (let level = 0; level < 40; level += 1)
      deep = { kind: 'split', direction: level % 2 === 0 ? 'row' : 'column', parts: [{ share: 1, layout: deep }] };
    const none = [
      undefined,
      {},
      { kind: 'pane', pane: -1 },
      { kind: 'split', direction: 'row', parts: [] },
      deep,
      'row',
    ];
    expect(none.map((value) => readLayout(value))).toEqual(none.map(() => undefined));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => readLayout(value)).not.toThrow();
      }),
    );
  });
});

test('one of several moves to another position among them', () => {
  expect(moveTo(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
  expect(moveTo(['a', 'b', 'c'], 'c', -4)).toEqual(['c', 'a', 'b']);
  expect(moveTo(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a']);
  expect(moveTo(['a'], 'x', 0)).toEqual(['a']);
});
