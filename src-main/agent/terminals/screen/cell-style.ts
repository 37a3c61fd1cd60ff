import type { IBufferCell } from '@xterm/headless';

/** Cell of xterm.js's screen buffer, without its text. Used, with all of this file, to write snapshots. Pure. */
export type StyledCell = Omit<IBufferCell, 'getWidth' | 'getChars' | 'getCode'>;

/** Colours and SGR attributes (bold, underlined, …) of a cell as numbers; 0 is the default. */
export type CellStyle = Readonly<{ foreground: number; background: number; attributes: number }>;

export const PLAIN: CellStyle = { foreground: 0, background: 0, attributes: 0 };

/** SGR parameters (ECMA-48 8.3.117, XTerm), in the order of the bits of `attributes`. */
const ATTRIBUTES = [
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

/** Attributes that are visible in a cell without a character. */
const SEEN_WITHOUT_TEXT = ATTRIBUTES.reduce(
  (bits, [code], index) => ([4, 7, 9, 53].includes(code) ? bits | (1 << index) : bits),
  0,
);

const PALETTE = 0x1_000_000;
const RGB = 0x2_000_000;

export function styleOf(cell: StyledCell): CellStyle {
  if (cell.isAttributeDefault()) return PLAIN;
  let attributes = 0;
  ATTRIBUTES.forEach(([, has], index) => {
    if (has(cell) !== 0) attributes |= 1 << index;
  });
  return {
    foreground: cell.isFgRGB() ? RGB + cell.getFgColor() : cell.isFgPalette() ? PALETTE + cell.getFgColor() : 0,
    background: cell.isBgRGB() ? RGB + cell.getBgColor() : cell.isBgPalette() ? PALETTE + cell.getBgColor() : 0,
    attributes,
  };
}

export function isSameStyle(one: CellStyle, other: CellStyle): boolean {
  return (
    one.foreground === other.foreground && one.background === other.background && one.attributes === other.attributes
  );
}

/** Tells whether the style is visible in a cell without a character, apart from its background. */
export function isSeenWithoutText(style: CellStyle): boolean {
  return (style.attributes & SEEN_WITHOUT_TEXT) !== 0;
}

/** Returns the escape sequence that selects the style, regardless of the previous style. */
export function selectStyle(style: CellStyle): string {
  const attributes = ATTRIBUTES.filter((_attribute, index) => (style.attributes & (1 << index)) !== 0).map(
    ([code]) => code,
  );
  const codes = [0, ...attributes, ...colour(style.foreground, 30), ...colour(style.background, 40)];
  return `\u001b[${codes.join(';')}m`;
}

/**
 * Returns the SGR parameters of a colour.
 * @param base 30 for the foreground, 40 for the background
 */
function colour(value: number, base: number): readonly number[] {
  if (value === 0) return [];
  if (value >= RGB) return [base + 8, 2, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
  const index = value - PALETTE;
  if (index >= 16) return [base + 8, 5, index];
  return [index < 8 ? base + index : base + 52 + index];
}
