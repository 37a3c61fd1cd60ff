import { codeOf, emojiParts, isBlank, isHidden } from './characters.ts';
import { clustersOf, strayMarks, type Cluster } from './marks.ts';

/** Start mark of a code, and the sign for a blank; a text that contains them has them shown as codes. */
const OPENING = '⟨';
const OPEN_BOX = '␣';

/** A text as displayed. `isWhole`: nothing was cut. */
export type ShownDetail = Readonly<{ text: string; isWhole: boolean }>;

/**
 * A text of someone else, such as a command or a path, for a person to judge. Nothing is dropped: what cannot be seen, or is written as
 * something else than it looks, is shown as its code, `⟨U+034F⟩`, and blanks at the ends or side by side as `␣`. Two texts that differ look
 * different (but for letters that look alike: see `piecesOf`). The text has at most `limit` UTF-16 units; the rest is counted behind them.
 */
export function showDetail(text: string, limit: number): ShownDetail {
  const { shown, rest } = fit(text, limit, judge, (part, at) => {
    if (part.text === ' ') return isLooseBlank(text, at) ? OPEN_BOX : ' ';
    return part.isShown && !/[⟨␣]/u.test(part.text) ? part.text : code(part.text);
  });
  return rest === 0
    ? { text: shown, isWhole: true }
    : { text: `${shown} … ${OPENING}and ${rest} more characters⟩`, isWhole: false };
}

/** The text of `showDetail`. */
export function cleanDetail(text: string, limit: number): string {
  return showDetail(text, limit).text;
}

/** Text of someone else with what cannot be seen as codes, for reading. Emoji and letters with their marks stay. */
export function showHidden(text: string): string {
  return escapeHidden(text, code);
}

/** Text that a person typed, without what cannot be seen. */
export function withoutHidden(text: string): string {
  return escapeHidden(text, () => '');
}

/** Shows hidden characters as `showHidden` does, but keeps lines and tabs. */
export function showHiddenInLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split(/([\n\t])/u)
    .map((part, index) => (index % 2 === 1 ? part : showHidden(part)))
    .join('');
}

/** Prose of someone else, such as a message: as `showHidden`, at most `limit` UTF-16 units, the rest counted. */
export function cleanProse(text: string, limit: number): string {
  const { shown, rest } = fit(text, limit, read, (part) => (part.isShown ? part.text : code(part.text)));
  return rest === 0 ? shown : `${shown} … and ${rest} more characters`;
}

/**
 * The text with each character replaced that cannot be seen.
 * @param reading `judge`: also what is written as something else than it looks, as in a command
 */
export function escapeHidden(
  text: string,
  replace: (character: string) => string,
  reading: 'read' | 'judge' = 'read',
): string {
  let escaped = '';
  for (const part of reading === 'read' ? read(text) : judge(text))
    escaped += part.isShown ? part.text : replace(part.text);
  return escaped;
}

/** A character, or several of printable ASCII, which are shown as they are. */
type Part = Readonly<{ text: string; isShown: boolean }>;

/** As much of the text as fits, and the number of UTF-16 units that don't. */
function fit(
  text: string,
  limit: number,
  reading: (text: string) => Iterable<Part>,
  show: (part: Part, at: number) => string,
): Readonly<{ shown: string; rest: number }> {
  let shown = '';
  let taken = 0;
  // Each unit takes one or more.
  for (const part of reading(text.slice(0, limit + 1))) {
    const isStretch = part.isShown && part.text.length > 2;
    const piece = isStretch ? part.text.slice(0, limit - shown.length) : show(part, taken);
    if (shown.length + piece.length > limit) break;
    shown += piece;
    taken += isStretch ? piece.length : part.text.length;
  }
  return { shown, rest: text.length - taken };
}

/** Words of ASCII with single blanks between them, and what is between such stretches. */
const JUDGED = /[!-~]{3,}(?: [!-~]+)*|(?:(?![!-~]{3})[^])+/gu;

/** Shown is what has a form of its own; blanks only as the space, letters only as they are composed. */
function* judge(text: string): Generator<Part> {
  for (const [stretch] of text.matchAll(JUDGED)) {
    if (/^[!-~]{3}/u.test(stretch)) yield { text: stretch, isShown: true };
    else yield* judgeEach(stretch);
  }
}

function* judgeEach(text: string): Generator<Part> {
  for (const [{ base = '', marks }, strays] of withStrays(text)) {
    if (base !== '') {
      const isPlain = base >= ' ' && base <= '~';
      const isShown = isPlain || (!isHidden(base) && !isBlank(base) && base.normalize('NFC') === base);
      yield { text: base, isShown };
    }
    if (marks.length === 0) continue;
    const whole = base + marks.join('');
    const isComposed = whole.normalize('NFC') === whole && !/^[ -~]?$/u.test(base);
    for (const [index, mark] of marks.entries()) yield { text: mark, isShown: isComposed && strays[index] !== true };
  }
}

/** Printable ASCII but for a last character that something else follows, and what is between. */
const READ = /[ -~]{3,}(?=[ -~]|$)|(?:(?![ -~]{4}|[ -~]{3}$)[^])+/gu;

/** Shown is what a reader expects: letters with their marks, emoji, the blanks of each script. */
function* read(text: string): Generator<Part> {
  for (const [stretch] of text.matchAll(READ)) {
    if (/^[ -~]{3,}$/u.test(stretch)) yield { text: stretch, isShown: true };
    else yield* readEach(stretch);
  }
}

function* readEach(text: string): Generator<Part> {
  const parts = emojiParts(text);
  let at = 0;
  for (const [{ base = '', marks }, strays] of withStrays(text)) {
    const isPart = parts.has(at);
    if (base !== '') {
      const isShown = isPart || (!isHidden(base) && (!isBlank(base) || /\p{Zs}/u.test(base)));
      yield { text: base, isShown };
    }
    // What stands on the selector of an emoji is a keycap.
    for (const [index, mark] of marks.entries())
      yield { text: mark, isShown: strays[index] !== true || (isPart && index === 0) };
    at += base.length + marks.join('').length;
  }
}

function* withStrays(text: string): Generator<readonly [Cluster, readonly boolean[]]> {
  let last: Cluster | undefined;
  for (const cluster of clustersOf(text)) {
    if (last !== undefined) yield [last, strayMarks(last, cluster.base)];
    last = cluster;
  }
  if (last !== undefined) yield [last, strayMarks(last, undefined)];
}

function isLooseBlank(text: string, at: number): boolean {
  return at === 0 || at === text.length - 1 || text[at - 1] === ' ' || text[at + 1] === ' ';
}

function code(character: string): string {
  return `${OPENING}${codeOf(character)}⟩`;
}
