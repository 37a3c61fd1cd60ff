import { codePointText, emojiParts, isBlank, isHidden } from './characters.ts';
import { clustersOf, strayMarks, type Cluster } from './marks.ts';

/** Sign that begins a character code. Together with the sign for a blank: if a text contains one of them, it is shown as a code. */
const OPENING = '⟨';
const OPEN_BOX = '␣';

/** Text as displayed. `isWhole`: nothing was cut off. */
export type ShownDetail = Readonly<{ text: string; isWhole: boolean }>;

/**
 * Formats untrusted text, such as a command or a path, for a person who has to judge it. Leaves nothing out: shows invisible characters, and
 * characters that look like something else than they are, as their code, such as `⟨U+034F⟩`, and blanks at the ends or next to each other as `␣`. Two
 * different texts therefore look different, except for letters that look alike (see `piecesOf`). Cuts the result to `limit` UTF-16 units and appends
 * the number of those left out. Pure, like this whole file.
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

/** Returns the text of `showDetail`. */
export function cleanDetail(text: string, limit: number): string {
  return showDetail(text, limit).text;
}

/** Formats untrusted text for reading: shows invisible characters as codes, but keeps emoji, and letters with their marks. */
export function showHidden(text: string): string {
  return escapeHidden(text, code);
}

/** Removes invisible characters from text that a person typed. */
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

/** Formats untrusted prose, such as a message, like `showHidden`. Cuts it to `limit` UTF-16 units and appends the number of those left out. */
export function cleanProse(text: string, limit: number): string {
  const { shown, rest } = fit(text, limit, read, (part) => (part.isShown ? part.text : code(part.text)));
  return rest === 0 ? shown : `${shown} … and ${rest} more characters`;
}

/**
 * Replaces each invisible character of a text.
 * @param reading `judge` also replaces characters that look like something else than they are, as in a command; `read` doesn't
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

/** One character, or several of printable ASCII, which are shown unchanged. */
type Part = Readonly<{ text: string; isShown: boolean }>;

/** Returns as much of the text as fits, and the number of UTF-16 units that don't. */
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

/** Matches words of ASCII with single spaces between them, or the text between such stretches. */
const JUDGED = /[!-~]{3,}(?: [!-~]+)*|(?:(?![!-~]{3})[^])+/gu;

/**
 * Splits a text for a person who judges it. Shown unchanged: characters with a visible form of their own, of blanks only the space, and letters only
 * in composed form.
 */
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

/** Matches printable ASCII except a last character that a mark may follow, or the text between. */
const READ = /[ -~]{3,}(?=[ -~]|$)|(?:(?![ -~]{4}|[ -~]{3}$)[^])+/gu;

/** Splits a text for reading. Shown unchanged: letters with their marks, emoji, and the blanks of each script. */
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
  return `${OPENING}${codePointText(character)}⟩`;
}
