import type { IBufferCell } from '@xterm/headless';

/** The part of a cell that says how it looks. */
export type StyledCell = Omit<IBufferCell, 'getWidth' | 'getChars' | 'getCode'>;

/** Colours and looks of a cell, comparable as numbers; 0 is the default. */
export type CellStyle = Readonly<{ foreground: number; background: number; looks: number }>;

export const PLAIN: CellStyle = { foreground: 0, background: 0, looks: 0 };

/** SGR parameters (ECMA-48 8.3.117, XTerm), in the order of the bits of `looks`. */
const LOOKS = [
  [1, (cell: StyledCell) => cell.isBold()],
  [2, (cell: StyledCell) => cell.isDim()],
  [3, (cell: StyledCell) => cell.isItalic()],
  [4, (cell: StyledCell) => cell.isUnderline()],
  [5, (cell: StyledCell) => cell.isBlink()],
  [7, (cell: StyledCell) => cell.isInverse()],
  [8, (cell: StyledCell) => cell.isInvisible()],
  [9, (cell: StyledCell) => cell.isStrikethrough()],
  [53, (cell: StyledCell) => cell.isOverline()],
] as const;

/** Looks that are seen in a cell without a character. */
const SEEN_WITHOUT_TEXT = LOOKS.reduce(
  (bits, [code], index) => ([4, 7, 9, 53].includes(code) ? bits | (1 << index) : bits),
  0,
);

const PALETTE = 0x1_000_000;
const RGB = 0x2_000_000;

export function styleOf(cell: StyledCell): CellStyle {
  if (cell.isAttributeDefault()) return PLAIN;
  let looks = 0;
  LOOKS.forEach(([, has], index) => {
    if (has(cell) !== 0) looks |= 1 << index;
  });
  return {
    foreground: cell.isFgRGB() ? RGB + cell.getFgColor() : cell.isFgPalette() ? PALETTE + cell.getFgColor() : 0,
    background: cell.isBgRGB() ? RGB + cell.getBgColor() : cell.isBgPalette() ? PALETTE + cell.getBgColor() : 0,
    looks,
  };
}

export function isSameStyle(one: CellStyle, other: CellStyle): boolean {
  return one.foreground === other.foreground && one.background === other.background && one.looks === other.looks;
}

/** Tells that a cell without a character shows more than its background. */
export function isSeenWithoutText(style: CellStyle): boolean {
  return (style.looks & SEEN_WITHOUT_TEXT) !== 0;
}

/** The sequence that selects the style, whatever was selected before. */
export function selectStyle(style: CellStyle): string {
  const looks = LOOKS.filter((_look, index) => (style.looks & (1 << index)) !== 0).map(([code]) => code);
  const codes = [0, ...looks, ...colour(style.foreground, 30), ...colour(style.background, 40)];
  return `\u001b[${codes.join(';')}m`;
}

/** @param base 30 for the foreground, 40 for the background */
function colour(value: number, base: number): readonly number[] {
  if (value === 0) return [];
  if (value >= RGB) return [base + 8, 2, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  const index = value - PALETTE;
  if (index >= 16) return [base + 8, 5, index];
  return [index < 8 ? base + index : base + 52 + index];
}
