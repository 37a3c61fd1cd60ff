/** More than this is not typed by anybody, characters. */
export const PASTE_LIMIT = 4 * 1024 * 1024;

export type PasteFinding = Readonly<{
  /** Lines, counting the last one without an end. */
  lines: number;
  /** Control characters that are neither tab nor the end of a line. */
  controls: number;
  /** It begins with the end of a line: a shell would run what stands there now. */
  startsWithNewline: boolean;
  /** It ends with the end of a line: a shell would run the last line at once. */
  endsWithNewline: boolean;
}>;

/** End and begin of a bracketed paste, seven bit and eight bit: text that has them could step out of the brackets. */
// oxlint-disable-next-line no-control-regex
const BRACKET = new RegExp('(?:\\u001b\\[|\\u009b)20[01]~', 'gu');
/** Variation selectors are part of many emoji. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--[\ufe00-\ufe0f]]]/gv;

/** Without the marks of a bracketed paste, however they are nested. */
export function withoutBrackets(text: string): string {
  let before = text;
  for (;;) {
    const after = before.replaceAll(BRACKET, '');
    if (after === before) return after;
    before = after;
  }
}

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

/** Whether a person should see it first. */
export function needsReview(finding: PasteFinding): boolean {
  return finding.lines > 1 || finding.controls > 0 || finding.startsWithNewline || finding.endsWithNewline;
}

/** `␛`, `␍` and so on for what cannot be seen; ends of lines and tabs stay. */
export function showControls(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    if ('\t\n'.includes(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '␡';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** What was shown, for when a person has changed it: the pictures of control characters are the characters again. */
export function withControls(shown: string): string {
  return shown
    .replaceAll(/[\u2400-\u241f]/gu, (picture) => String.fromCodePoint((picture.codePointAt(0) ?? 0) - 0x2400))
    .replaceAll('␡', '\u007f')
    .replaceAll(/⟨U\+([0-9A-F]{4,6})⟩/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
