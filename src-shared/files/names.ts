import { toUtf8 } from '../bytes/index.ts';
import { MOST_DEPTH, NAME_BYTES, PATH_BYTES } from './limits.ts';

/** Rules for names by the operating system of the receiver. */
export const NAME_RULES = ['posix', 'macos', 'windows'] as const;
export type NameRules = (typeof NAME_RULES)[number];

/** Character in place of one that a name must not have. */
const SUBSTITUTE = '_';
/** Separators, control characters, and characters that reorder text or are part of no character. */
const FORBIDDEN = /[/\\\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Cs}/gu;
const FORBIDDEN_ON: Readonly<Record<NameRules, RegExp | undefined>> = {
  posix: undefined,
  // The Finder shows it as a slash.
  macos: /:/g,
  windows: /[<>:"|?*]/g,
};
/** Names of devices, with any ending and blanks before it. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;
const TRAILING = /[. ]+$/;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
const encoder = new TextEncoder();

/**
 * Makes a name that another machine has sent the name of a file or folder here: NFC, at most `NAME_BYTES`, without separators, control characters and
 * those that reorder text, never `.` or `..`, and what the system's rules forbid. A name that is right already stays as it is. Pure.
 * @param isTop true for a name outside of any sent folder, which must not be hidden
 */
export function cleanFileName(sent: string, rules: NameRules, isTop: boolean): string {
  const composed = sent.toWellFormed().normalize('NFC').replaceAll(FORBIDDEN, SUBSTITUTE);
  const forbidden = FORBIDDEN_ON[rules];
  let name = forbidden === undefined ? composed : composed.replaceAll(forbidden, SUBSTITUTE);
  if (isTop && name.startsWith('.')) name = `${SUBSTITUTE}${name.slice(1)}`;
  if (rules === 'windows' && DEVICE.test(name)) name = `${SUBSTITUTE}${name}`;
  const { stem, ending } = cutName(name, 0);
  name = withoutTrailing(`${stem}${ending}`, rules);
  return name === '' || name === '.' || name === '..' ? SUBSTITUTE.repeat(Math.max(1, name.length)) : name;
}

/** Returns a name with a number before its ending, such as `name (2).txt`, of at most `NAME_BYTES`. Pure. */
export function numberedName(name: string, number: number): string {
  const suffix = ` (${number})`;
  const { stem, ending } = cutName(name, suffix.length);
  return `${stem}${suffix}${ending}`;
}

/**
 * Returns a text that is equal for two names that mean the same file here. Pure.
 * @param folds true if the file system doesn't tell upper and lower case apart
 */
export function nameKey(name: string, folds: boolean): string {
  return folds ? name.toUpperCase().toLowerCase().normalize('NFC') : name;
}

/**
 * Reports whether a name is one of a hidden file: it begins with a dot. Characters that look like one, and invisible ones before it, count too, since some
 * file systems and most readers don't tell them apart. Pure.
 */
export function isHiddenName(name: string): boolean {
  return name.normalize('NFKC').replaceAll(INVISIBLE, '').startsWith('.');
}

/** Entry of a transfer below its folder here. */
export type PlacedName = Readonly<{
  name: string;
  /** True if it isn't the name that was sent. */
  isRenamed: boolean;
}>;

/**
 * Gives the entries of a transfer their names here: cleaned, and with a number where two of one folder would be the same. The same entries in the same
 * order always get the same names.
 */
export class NameTable {
  readonly #rules: NameRules;
  readonly #folds: boolean;
  readonly #noneHidden: boolean;
  /** Names that were given, each with its folder. */
  readonly #used = new Set<string>();
  /**
   * Next number to try, by the first numbered name of as many digits. Long names that differ in their last characters only share their numbered names, so
   * that a count for each name would try the same ones again and again.
   */
  readonly #next = new Map<string, number>();
  /** Digits of the last number of names that were given often. */
  readonly #digits = new Map<string, number>();
  readonly #folders = new Map<number, Readonly<{ depth: number; bytes: number }>>();

  /** @param options.noneHidden names inside of sent folders must not be hidden either */
  constructor(options: Readonly<{ rules: NameRules; folds: boolean; noneHidden?: boolean | undefined }>) {
    this.#noneHidden = options.noneHidden === true;
    this.#rules = options.rules;
    this.#folds = options.folds || options.rules !== 'posix';
  }

  /**
   * Returns the name of the next entry; undefined if its path is too long or too deep, or if its folder is none.
   * @param folder number of its folder; -1 at the top
   */
  add({
    n,
    in: folder,
    name,
    isFolder,
  }: Readonly<{ n: number; in: number; name: string; isFolder: boolean }>): PlacedName | undefined {
    const parent = folder === -1 ? { depth: 0, bytes: 0 } : this.#folders.get(folder);
    if (parent === undefined) return undefined;
    const unique = this.#unique(folder, cleanFileName(name, this.#rules, folder === -1 || this.#noneHidden));
    const bytes = parent.bytes + toUtf8(unique).length + 1;
    const depth = parent.depth + 1;
    if (bytes > PATH_BYTES || depth > MOST_DEPTH) return undefined;
    if (isFolder) this.#folders.set(n, { depth, bytes });
    return { name: unique, isRenamed: unique !== name };
  }

  /** Returns the name, or the first numbered one that is free. No numbered name is tried twice, however often names are the same. */
  #unique(folder: number, name: string): string {
    const keyOf = (candidate: string): string => `${folder}/${nameKey(candidate, this.#folds)}`;
    const first = keyOf(name);
    if (this.#take(first)) return name;
    for (let digits = this.#digits.get(first) ?? 1; ; digits += 1) {
      const { stem, ending } = cutName(name, digits + 3);
      const numbered = (number: number): string => `${stem} (${number})${ending}`;
      const least = digits === 1 ? 2 : 10 ** (digits - 1);
      const family = keyOf(numbered(least));
      for (let number = this.#next.get(family) ?? least; number < 10 ** digits; number += 1) {
        this.#next.set(family, number + 1);
        const candidate = numbered(number);
        if (!this.#take(keyOf(candidate))) continue;
        if (digits > 1) this.#digits.set(first, digits);
        return candidate;
      }
    }
  }

  /** @returns false if the name was given before */
  #take(key: string): boolean {
    if (this.#used.has(key)) return false;
    this.#used.add(key);
    return true;
  }
}

/** Splits a name before its ending, and shortens it to `NAME_BYTES` together with a suffix of so many bytes. Never cuts inside a character. */
function cutName(name: string, suffix: number): Readonly<{ stem: string; ending: string }> {
  const dot = name.lastIndexOf('.');
  const hasEnding = dot > 0 && toUtf8(name.slice(dot)).length <= 32;
  const ending = hasEnding ? name.slice(dot) : '';
  const stem = hasEnding ? name.slice(0, dot) : name;
  const room = new Uint8Array(NAME_BYTES - toUtf8(ending).length - suffix);
  return { stem: stem.slice(0, encoder.encodeInto(stem, room).read), ending };
}

function withoutTrailing(name: string, rules: NameRules): string {
  return rules === 'windows' ? name.replace(TRAILING, (end) => SUBSTITUTE.repeat(end.length)) : name;
}
