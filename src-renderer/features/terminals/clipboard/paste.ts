/** Longest pasted text, characters. The functions of this file are pure. */
export const PASTE_LIMIT = 4 * 1024 * 1024;

/** Properties of a text that make its paste into a shell dangerous. */
export type PasteFinding = Readonly<{
  /** Number of lines, counting the last one without a line end. */
  lines: number;
  /** Number of control characters apart from tab and line ends. */
  controls: number;
  /** The text begins with a line end, so a shell would run the line that was typed before. */
  startsWithNewline: boolean;
  /** The text ends with a line end, so a shell would run its last line at once. */
  endsWithNewline: boolean;
}>;

/** Marks of a bracketed paste, 7-bit and 8-bit. A text that contains them could end the brackets early. */
// oxlint-disable-next-line no-control-regex
const BRACKET = new RegExp('(?:\\u001b\\[|\\u009b)20[01]~', 'gu');
/** Hidden and control characters. Variation selectors are left out, because many emoji contain them. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--[\ufe00-\ufe0f]]]/gv;

/** Removes the marks of a bracketed paste, also nested ones. */
export function withoutBrackets(text: string): string {
  let before = text;
  for (;;) {
    const after = before.replaceAll(BRACKET, '');
    if (after === before) return after;
    before = after;
  }
}

/** Inspects a text before it is pasted. */
export function inspectPaste(text: string): PasteFinding {
  const lines = text.split(/\r\n|\r|\n/u);
  const controls = (text.match(CONTROL) ?? []).filter((character) => !'\t\r\n'.includes(character)).length;
  const endsWithNewline = lines.length > 1 && lines.at(-1) === '';
  return {
    lines: endsWithNewline ? lines.length - 1 : lines.length,
    controls,
    startsWithNewline: lines.length > 1 && lines[0] === '',
    endsWithNewline,
  };
}

/** Reports whether a person should review the text before it is pasted. */
export function needsReview(finding: PasteFinding): boolean {
  return finding.lines > 1 || finding.controls > 0 || finding.startsWithNewline || finding.endsWithNewline;
}

/**
 * Replaces invisible characters by symbols such as `␛`; line ends and tabs stay. Used wherever the window shows text for or from a terminal, such as
 * a paste, a clipboard request or recorded keys.
 */
export function showControls(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    if ('\t\n'.includes(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '␡';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** Converts the symbols in a text that was edited before its paste back into control characters. */
export function withControls(shown: string): string {
  return shown
    .replaceAll(/[\u2400-\u241f]/gu, (picture) => String.fromCodePoint((picture.codePointAt(0) ?? 0) - 0x2400))
    .replaceAll('␡', '\u007f')
    .replaceAll(/⟨U\+([0-9A-F]{4,6})⟩/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
