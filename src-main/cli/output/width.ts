/**
 * Ranges of characters that take two columns in a terminal (Unicode Standard Annex 11). Only the blocks that occur in
 * names of devices, not the whole table.
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];
const ZERO = /^(?:\p{Mark}|\p{Cf})$/u;

function characterWidth(character: string): number {
  if (ZERO.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** Returns the number of columns that text takes in a terminal: two for East Asian wide characters and emoji, none for combining marks. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Matches escape sequences of colours, which take no columns. */
const COLOURS = /\p{Cc}\[[0-9;]*m/gu;
/** Matches a word, or a command in backticks, which must stay on one line to be copied; each with the space before it. */
const UNBREAKABLE = /\s*(?:`[^`]*`\S*|\S+)/g;

/**
 * Wraps text at `columns` (0 for no limit), between words and never inside a command in backticks; a longer word stays
 * whole. Further lines keep the indentation of the first.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const plainWidth = (part: string): number => textWidth(part.replaceAll(COLOURS, ''));
  if (columns <= 0 || plainWidth(text) <= columns) return [text];
  const indentation = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = '';
  for (const [part] of text.slice(indentation.length).matchAll(UNBREAKABLE)) {
    if (line === '') line = indentation + part.trimStart();
    else if (plainWidth(line + part) <= columns) line += part;
    else {
      lines.push(line);
      line = indentation + part.trimStart();
    }
  }
  return [...lines, line];
}

/** Cuts text to `columns`, with an ellipsis if anything was cut. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    const next = characterWidth(character);
    if (width + next > columns - 1) break;
    kept += character;
    width += next;
  }
  return `${kept}…`;
}

/** Pads text with spaces to `columns`; longer text stays unchanged. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}
