import * as z from 'zod';

/** `row`: parts stand beside each other; `column`: one below the other. */
export type Direction = 'row' | 'column';
export type Side = 'left' | 'right' | 'up' | 'down';

/** How the panes of a tab share its room. A split has two parts or more, their shares make one, and none of them is a split of its own direction. */
export type PaneLayout =
  | Readonly<{ kind: 'pane'; pane: number }>
  | Readonly<{ kind: 'split'; direction: Direction; parts: readonly Part[] }>;
export type Part = Readonly<{ share: number; layout: PaneLayout }>;

/** As parts of the whole, 0 to 1. */
export type Rectangle = Readonly<{ left: number; top: number; width: number; height: number }>;
export type PlacedPane = Readonly<{ pane: number }> & Rectangle;

/** What stands between two parts of a split; `path` and `index` name it: the split, and the part before it. */
export type Separator = Readonly<{
  path: readonly number[];
  index: number;
  direction: Direction;
  /** Where it stands, and how long it is, as parts of the whole. */
  left: number;
  top: number;
  length: number;
  /** Room of its split along its direction, as part of the whole. */
  room: number;
  /** Of the part before it, within the two, percent. */
  value: number;
}>;

/** No part gets less of its split than this, unless it has less already. */
export const LEAST_SHARE = 0.08;
/** One tab has no more; more could not be read. */
export const MOST_PANES = 12;
/** Deeper than this nobody splits, and nothing is read. */
const DEEPEST = 12;

export function onePane(pane: number): PaneLayout {
  return { kind: 'pane', pane };
}

/** From the left and top, as they are read. */
export function panesOf(layout: PaneLayout): readonly number[] {
  return layout.kind === 'pane' ? [layout.pane] : layout.parts.flatMap((part) => panesOf(part.layout));
}

/** Divides the room of a pane: the first half stays its own, the other is for the new one. */
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

/** Without a pane: its room goes to those beside it, as they share already. Undefined when nothing is left. */
export function removePane(layout: PaneLayout, pane: number): PaneLayout | undefined {
  if (layout.kind === 'pane') return layout.pane === pane ? undefined : layout;
  const parts = layout.parts.flatMap((part): readonly Part[] => {
    const left = removePane(part.layout, pane);
    return left === undefined ? [] : [{ ...part, layout: left }];
  });
  return parts.length === 0 ? undefined : split(layout.direction, parts);
}

/** The same with other names for its panes. */
export function renamePanes(layout: PaneLayout, nameOf: (pane: number) => number): PaneLayout {
  if (layout.kind === 'pane') return onePane(nameOf(layout.pane));
  return {
    ...layout,
    parts: layout.parts.map((part) => ({ ...part, layout: renamePanes(part.layout, nameOf) })),
  };
}

/** All parts of each split equally large. */
export function equalShares(layout: PaneLayout): PaneLayout {
  if (layout.kind === 'pane') return layout;
  return {
    ...layout,
    parts: layout.parts.map((part) => ({ share: 1 / layout.parts.length, layout: equalShares(part.layout) })),
  };
}

const WHOLE: Rectangle = { left: 0, top: 0, width: 1, height: 1 };

export function placePanes(layout: PaneLayout, room: Rectangle = WHOLE): readonly PlacedPane[] {
  if (layout.kind === 'pane') return [{ pane: layout.pane, ...room }];
  return roomsOf(layout, room).flatMap((part) => placePanes(part.layout, part));
}

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

/** Moves the separator behind a part of a split. @param by as part of that split, to the right or down; what is too much is cut */
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

/** Moves the edge of a pane: the one on that side, or where there is none the one across from it. */
export function moveEdge(layout: PaneLayout, pane: number, side: Side, by: number): PaneLayout {
  const direction: Direction = side === 'left' || side === 'right' ? 'row' : 'column';
  const isForward = side === 'right' || side === 'down';
  const found = splitAround(layout, pane, direction, []);
  if (found === undefined) return layout;
  const { path, index, count } = found;
  const before = (isForward && index < count - 1) || index === 0 ? index : index - 1;
  return moveSeparator(layout, path, before, isForward ? by : -by);
}

/** The innermost split of this direction that has the pane in one of its parts. */
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

/** The pane that is next on that side: of those that touch it there, the one with the longest common edge. */
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

/** Shares are sums of fractions: so near is the same place. */
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

/** Where each part of a split stands in its room. */
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

/** Of parts whose shares may make anything: one that is alone stands for itself, and one of the same direction gives its own. */
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

/** A layout of before, made whole where it is not; undefined for anything else. */
export function readLayout(value: unknown, depth = 0): PaneLayout | undefined {
  const { data } = stored.safeParse(value);
  if (data === undefined || depth > DEEPEST) return undefined;
  if (data.kind === 'pane') return data;
  const parts = data.parts.flatMap(({ share, layout }): readonly Part[] => {
    const read = readLayout(layout, depth + 1);
    return read === undefined ? [] : [{ share, layout: read }];
  });
  return parts.length === 0 ? undefined : split(data.direction, parts);
}
