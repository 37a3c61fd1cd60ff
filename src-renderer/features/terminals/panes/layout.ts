import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';

/** Direction of a split. `row`: parts beside each other; `column`: parts below each other. */
export type Direction = 'row' | 'column';
/** Side of a pane. */
export type Side = 'left' | 'right' | 'up' | 'down';

/**
 * Layout of a tab: a tree of splits with panes as leaves. A split has at least two parts whose shares add up to one; none of them is a split in the
 * same direction. The functions of this file are pure.
 */
export type PaneLayout =
  | Readonly<{ kind: 'pane'; pane: number }>
  | Readonly<{ kind: 'split'; direction: Direction; parts: readonly Part[] }>;
/** Part of a split. `share` is its fraction of the split, 0 to 1. */
export type Part = Readonly<{ share: number; layout: PaneLayout }>;

/** Area within a tab, in fractions of the tab's size, 0 to 1. */
export type Rectangle = Readonly<{ left: number; top: number; width: number; height: number }>;
/** Pane with its area. */
export type PlacedPane = Readonly<{ pane: number }> & Rectangle;

/** Bar between two parts of a split. `path` leads to the split by indices of parts; `index` is the part before the bar. */
export type Separator = Readonly<{
  path: readonly number[];
  index: number;
  direction: Direction;
  /** Position and length, in fractions of the tab's size. */
  left: number;
  top: number;
  length: number;
  /** Size of the split along its direction, in fractions of the tab's size. */
  room: number;
  /** Position of the bar between its two parts, percent. */
  value: number;
}>;

/** Smallest share to which a bar can be moved; a part that is smaller already stays as it is. */
export const LEAST_SHARE = 0.08;
/** Most panes of one tab; smaller ones couldn't be read. */
export const MOST_PANES = 12;
/** Deepest nesting of a stored layout. */
const DEEPEST = 12;

/** Returns the layout of a single pane. */
export function onePane(pane: number): PaneLayout {
  return { kind: 'pane', pane };
}

/** Lists the panes from left to right and top to bottom. */
export function panesOf(layout: PaneLayout): readonly number[] {
  return layout.kind === 'pane' ? [layout.pane] : layout.parts.flatMap((part) => panesOf(part.layout));
}

/** Splits a pane into halves; the second one shows the added pane. */
export function splitPane(layout: PaneLayout, pane: number, direction: Direction, added: number): PaneLayout {
  if (layout.kind === 'pane') {
    if (layout.pane !== pane) return layout;
    return split(direction, [
      { share: 0.5, layout },
      { share: 0.5, layout: onePane(added) },
    ]);
  }
  const index = layout.parts.findIndex((part) => part.layout.kind === 'pane' && part.layout.pane === pane);
  const parts = layout.parts.flatMap((part, position): readonly Part[] => {
    if (position !== index || layout.direction !== direction)
      return [{ ...part, layout: splitPane(part.layout, pane, direction, added) }];
    const share = part.share / 2;
    return [
      { share, layout: part.layout },
      { share, layout: onePane(added) },
    ];
  });
  return split(layout.direction, parts);
}

/** Removes a pane; the other parts of its split grow in proportion. Undefined when no pane is left. */
export function removePane(layout: PaneLayout, pane: number): PaneLayout | undefined {
  if (layout.kind === 'pane') return layout.pane === pane ? undefined : layout;
  const parts = layout.parts.flatMap((part): readonly Part[] => {
    const left = removePane(part.layout, pane);
    return left === undefined ? [] : [{ ...part, layout: left }];
  });
  return parts.length === 0 ? undefined : split(layout.direction, parts);
}

/** Replaces each pane's number, for example by its index in storage. */
export function renamePanes(layout: PaneLayout, nameOf: (pane: number) => number): PaneLayout {
  if (layout.kind === 'pane') return onePane(nameOf(layout.pane));
  return {
    ...layout,
    parts: layout.parts.map((part) => ({ ...part, layout: renamePanes(part.layout, nameOf) })),
  };
}

/** Gives all parts of each split the same share. */
export function equalShares(layout: PaneLayout): PaneLayout {
  if (layout.kind === 'pane') return layout;
  return {
    ...layout,
    parts: layout.parts.map((part) => ({ share: 1 / layout.parts.length, layout: equalShares(part.layout) })),
  };
}

const WHOLE: Rectangle = { left: 0, top: 0, width: 1, height: 1 };

/** Computes the area of each pane. */
export function placePanes(layout: PaneLayout, room: Rectangle = WHOLE): readonly PlacedPane[] {
  if (layout.kind === 'pane') return [{ pane: layout.pane, ...room }];
  return roomsOf(layout, room).flatMap((part) => placePanes(part.layout, part));
}

/** Computes the bars between the panes. */
export function separatorsOf(
  layout: PaneLayout,
  room: Rectangle = WHOLE,
  path: readonly number[] = [],
): readonly Separator[] {
  if (layout.kind === 'pane') return [];
  const isRow = layout.direction === 'row';
  return roomsOf(layout, room).flatMap((part, index) => {
    const inside = separatorsOf(part.layout, part, [...path, index]);
    const here = layout.parts[index];
    const next = layout.parts[index + 1];
    if (here === undefined || next === undefined) return inside;
    const separator: Separator = {
      path,
      index,
      direction: layout.direction,
      left: isRow ? part.left + part.width : room.left,
      top: isRow ? room.top : part.top + part.height,
      length: isRow ? room.height : room.width,
      room: isRow ? room.width : room.height,
      value: Math.round((100 * here.share) / (here.share + next.share)),
    };
    return [...inside, separator];
  });
}

/**
 * Moves a bar as far as the smallest share allows.
 * @param path split of the bar, see `Separator`
 * @param index part before the bar
 * @param by fraction of the split, positive to the right or down
 */
export function moveSeparator(layout: PaneLayout, path: readonly number[], index: number, by: number): PaneLayout {
  if (layout.kind === 'pane') return layout;
  const [into, ...rest] = path;
  if (into !== undefined) {
    return {
      ...layout,
      parts: layout.parts.map((part, position) =>
        position === into ? { ...part, layout: moveSeparator(part.layout, rest, index, by) } : part,
      ),
    };
  }
  const before = layout.parts[index];
  const after = layout.parts[index + 1];
  if (before === undefined || after === undefined) return layout;
  const least = Math.min(LEAST_SHARE, before.share, after.share);
  const moved = Math.min(Math.max(by, least - before.share), after.share - least);
  return {
    ...layout,
    parts: layout.parts.map((part, position) => {
      if (position === index) return { ...part, share: part.share + moved };
      return position === index + 1 ? { ...part, share: part.share - moved } : part;
    }),
  };
}

/**
 * Moves a pane's edge to this side. At the rim of the tab, moves its opposite edge.
 * @param by fraction of the split, 0 to 1
 */
export function moveEdge(layout: PaneLayout, pane: number, side: Side, by: number): PaneLayout {
  const direction: Direction = side === 'left' || side === 'right' ? 'row' : 'column';
  const isForward = side === 'right' || side === 'down';
  const found = splitAround(layout, pane, direction, []);
  if (found === undefined) return layout;
  const { path, index, count } = found;
  const before = (isForward && index < count - 1) || index === 0 ? index : index - 1;
  return moveSeparator(layout, path, before, isForward ? by : -by);
}

/** Finds the innermost split in this direction that contains the pane. */
function splitAround(
  layout: PaneLayout,
  pane: number,
  direction: Direction,
  path: readonly number[],
): Readonly<{ path: readonly number[]; index: number; count: number }> | undefined {
  if (layout.kind === 'pane') return undefined;
  const index = layout.parts.findIndex((part) => panesOf(part.layout).includes(pane));
  const inside = layout.parts[index];
  if (inside === undefined) return undefined;
  const deeper = splitAround(inside.layout, pane, direction, [...path, index]);
  if (deeper !== undefined || layout.direction !== direction) return deeper;
  return { path, index, count: layout.parts.length };
}

/** Returns the pane beside this one: of those that touch its side, the one with the longest common edge. Undefined without one. */
export function neighbour(layout: PaneLayout, pane: number, side: Side): number | undefined {
  const placed = placePanes(layout);
  const from = placed.find((other) => other.pane === pane);
  if (from === undefined) return undefined;
  let best: Readonly<{ pane: number; common: number }> | undefined;
  for (const other of placed) {
    if (!touches(from, other, side)) continue;
    const common =
      side === 'left' || side === 'right'
        ? overlap(from.top, from.height, other.top, other.height)
        : overlap(from.left, from.width, other.left, other.width);
    if (common > TOUCH && (best === undefined || common > best.common + TOUCH)) best = { pane: other.pane, common };
  }
  return best?.pane;
}

/** Tolerance for sums of fractions. */
const TOUCH = 1e-6;

function touches(from: Rectangle, other: Rectangle, side: Side): boolean {
  const near = (one: number, two: number): boolean => Math.abs(one - two) < TOUCH;
  switch (side) {
    case 'left':
      return near(other.left + other.width, from.left);
    case 'right':
      return near(other.left, from.left + from.width);
    case 'up':
      return near(other.top + other.height, from.top);
    case 'down':
      return near(other.top, from.top + from.height);
  }
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}

/** Computes the area of each part of a split. */
function roomsOf(
  { direction, parts }: Extract<PaneLayout, { kind: 'split' }>,
  room: Rectangle,
): readonly (Rectangle & Readonly<{ layout: PaneLayout }>)[] {
  let before = 0;
  return parts.map(({ share, layout }) => {
    const start = before;
    before += share;
    return direction === 'row'
      ? { layout, left: room.left + start * room.width, top: room.top, width: share * room.width, height: room.height }
      : {
          layout,
          left: room.left,
          top: room.top + start * room.height,
          width: room.width,
          height: share * room.height,
        };
  });
}

/** Builds a split from parts with any shares. A single part replaces the split; a nested split in the same direction becomes part of it. */
function split(direction: Direction, given: readonly Part[]): PaneLayout {
  const parts = given.flatMap((part): readonly Part[] =>
    part.layout.kind === 'split' && part.layout.direction === direction
      ? part.layout.parts.map((inner) => ({ ...inner, share: inner.share * part.share }))
      : [part],
  );
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.layout;
  const whole = parts.reduce((sum, { share }) => sum + share, 0);
  return { kind: 'split', direction, parts: parts.map((part) => ({ ...part, share: part.share / whole })) };
}

const storedPart = z.strictObject({ share: z.number().positive().max(1), layout: z.unknown() });
const stored = z.union([
  z.strictObject({ kind: z.literal('pane'), pane: z.number().int().min(0).max(1_000_000) }),
  z.strictObject({
    kind: z.literal('split'),
    direction: z.enum(['row', 'column']),
    parts: z.array(storedPart).min(1).max(MOST_PANES),
  }),
]);

/**
 * Parses a layout that was stored with its tab, and repairs it; undefined if it is invalid.
 * @param depth nesting of this part
 */
export function readLayout(value: unknown, depth = 0): PaneLayout | undefined {
  const { data } = safeParse(stored, value);
  if (data === undefined || depth > DEEPEST) return undefined;
  if (data.kind === 'pane') return data;
  const parts = data.parts.flatMap(({ share, layout }): readonly Part[] => {
    const read = readLayout(layout, depth + 1);
    return read === undefined ? [] : [{ share, layout: read }];
  });
  return parts.length === 0 ? undefined : split(data.direction, parts);
}
