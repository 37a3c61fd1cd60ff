import { normalize } from 'node:path';
import type { FoundFile, Programs } from '#node/programs/index.ts';

/** Limits of one run: files, and candidate names that are tried in all. */
const MOST_FILES = 64;
const MOST_TRIED = 2048;
/** Most letters of joined options before a name, as in `-xvfarchive`. */
const MOST_OPTIONS = 32;
const LONGEST_NAME = 4096;

const SEPARATOR = /[=:,;@+\s]/g;
/** Letters, digits and separators: no character that a shell or a program could interpret. */
const READABLE = /^[\p{L}\p{M}\p{N}\s_./=:,;@+-]*$/u;

/** Files that the arguments of a command name. */
export type NamedFiles = Readonly<{
  files: readonly Readonly<{ index: number | null; file: FoundFile }>[];
  /** Things named that aren't files with known contents: folders, devices, unreadable files, words that may expand to others. */
  others: readonly Readonly<{ index: number | null; kind: 'file' | 'folder' | 'other' }>[];
  /** The limits were reached before all names were tried. */
  isCut: boolean;
}>;

/** Candidates to try: `likely` names, to show the files; or `all` possible names, to prove that there is no other file. */
export type Thoroughness = 'likely' | 'all';

/**
 * Finds the files that arguments name, also as part of a word: `job.awk`, `-fjob.awk`, `-xvfarchive`, `--file=job.awk`, `lib:name`. With `all`, words
 * that a shell may expand (`*.sh`, `~/job.sh`, `$HOME`) count as `others`. Reads them for their checksums. Used when a run is inspected.
 */
export async function findNamedFiles(
  words: readonly Readonly<{ index: number | null; word: string }>[],
  directory: string,
  programs: Programs,
  thoroughness: Thoroughness,
): Promise<NamedFiles> {
  const files: { index: number | null; file: FoundFile }[] = [];
  const others: { index: number | null; kind: 'file' | 'folder' | 'other' }[] = [];
  let tried = 0;
  for (const { index, word } of words) {
    if (thoroughness === 'all' && !READABLE.test(word)) {
      others.push({ index, kind: 'other' });
      continue;
    }
    for (const name of thoroughness === 'all' ? allNamesIn(word) : namesIn(word)) {
      tried += 1;
      if (tried > MOST_TRIED || files.length >= MOST_FILES) return { files, others, isCut: true };
      const kind = await programs.kindOf(name, directory);
      if (kind === undefined) continue;
      const file = kind === 'file' ? await programs.findFile(name, directory) : undefined;
      if (file === undefined) others.push({ index, kind });
      else files.push({ index, file });
    }
  }
  return { files, others, isCut: false };
}

/** Reports whether the path to a file has no link and no `..`, so that the name means the same file to every program. */
export function isDirect({ namedAs, path }: FoundFile): boolean {
  return !/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(namedAs) && normalize(namedAs) === path;
}

function isName(name: string): boolean {
  return name !== '' && name !== '-' && name.length <= LONGEST_NAME;
}

/** Yields the likely names in a word. A generator, since a word can hold thousands. */
function* namesIn(word: string): Iterable<string> {
  if (isName(word)) yield word;
  if (/^-[^-]/.test(word)) {
    for (let at = 1; at <= Math.min(MOST_OPTIONS, word.length); at += 1)
      if (isName(word.slice(at))) yield word.slice(at);
  }
  let start = 0;
  for (const { index } of word.matchAll(SEPARATOR)) {
    const before = word.slice(start, index);
    const rest = word.slice(index + 1);
    if (isName(before)) yield before;
    if (isName(rest)) yield rest;
    start = index + 1;
  }
}

/**
 * Yields every part of a word that starts at its start, after a separator or after joined options, and ends before a
 * separator or at its end.
 */
function* allNamesIn(word: string): Iterable<string> {
  const separators = [...word.matchAll(SEPARATOR)].map(({ index }) => index);
  const ends = [...separators, word.length];
  for (const piece of [0, ...separators.map((index) => index + 1)]) {
    const options = word[piece] === '-' ? MOST_OPTIONS : 0;
    for (let start = piece; start <= piece + options; start += 1)
      for (const end of ends) if (end > start && isName(word.slice(start, end))) yield word.slice(start, end);
  }
}
