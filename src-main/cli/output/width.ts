/**
 * Ranges of characters that take two columns in a terminal (Unicode Standard Annex 11), limited to blocks that occur in
 * names.
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
/** Matches characters that take no column. */
const ZERO = /^(?:\p{Mark}|\p{Cf})$/u;

function characterWidth(character: string): number {
  if (ZERO.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/**
 * Returns the number of columns that text takes in a terminal: two for wide East Asian characters and emoji, none for
 * combining marks. Pure.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Matches escape sequences for colors, which take no columns. */
const COLOURS = /\p{Cc}\[[0-9;]*m/gu;
/** Matches a word, or a command in backticks that must stay on one line, each with the spaces before it. */
const UNBREAKABLE = /\s*(?:`[^`]*`\S*|\S+)/g;

/**
 * Wraps text between words, but never inside a command in backticks. Longer words stay whole, and further lines keep
 * the indentation of the first. Pure.
 * @param columns width of the terminal; 0 for no limit
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

/** Cuts text to a number of columns, with an ellipsis if anything was cut. Pure. */
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

/** Pads text with spaces to a number of columns; longer text stays unchanged. Pure. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}
