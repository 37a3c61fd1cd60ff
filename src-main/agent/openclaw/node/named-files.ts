import { normalize } from 'node:path';
import type { FoundFile, Programs } from '#node/programs/index.ts';

/** Limits of one run, in files and, added up, words that are tried as names. */
const MOST_FILES = 64;
const MOST_TRIED = 2048;
/** Letters of joined options before a name: `-xvfarchive`. */
const MOST_OPTIONS = 32;
const LONGEST_NAME = 4096;

const SEPARATOR = /[=:,;@+\s]/g;
/** Letters, digits, separators and what parts names: nothing that a shell or a program could take for something else. */
const READABLE = /^[\p{L}\p{M}\p{N}\s_./=:,;@+-]*$/u;

/** Files that the words of a command name. */
export type NamedFiles = Readonly<{
  files: readonly Readonly<{ index: number | null; file: FoundFile }>[];
  /** Something that is there and no file whose contents can be known: a folder, a device, a file that cannot be read, a word that may stand for others. */
  others: readonly Readonly<{ index: number | null; kind: 'file' | 'folder' | 'other' }>[];
  /** There are more words or files than are looked at. */
  isCut: boolean;
}>;

/** Thoroughness with which words are looked at: for what is `likely` a name, to show it, or `all` that may be one, to prove that there is no other. */
export type Thoroughness = 'likely' | 'all';

/**
 * Looks for the files that words name, also as a part of them: `job.awk`, `-fjob.awk`, `-xvfarchive`, `--file=job.awk`, `lib:name`.
 * Words whose signs may stand for other names count as `others` where `all` is asked for: `*.sh`, `~/job.sh`, `$HOME`.
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

/** Tells whether a file is found where its name says, without any link or `..`: then the name means this file for every program, as long as it is there. */
export function isDirect({ namedAs, path }: FoundFile): boolean {
  return !/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(namedAs) && normalize(namedAs) === path;
}

function isName(name: string): boolean {
  return name !== '' && name !== '-' && name.length <= LONGEST_NAME;
}

/** The names that one word is likely to hold, one after the other: a word can hold thousands. */
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

/** Everything in a word that begins at its beginning, behind a separator or behind joined options, and ends before a separator or at its end. */
function* allNamesIn(word: string): Iterable<string> {
  const separators = [...word.matchAll(SEPARATOR)].map(({ index }) => index);
  const ends = [...separators, word.length];
  for (const piece of [0, ...separators.map((index) => index + 1)]) {
    const options = word[piece] === '-' ? MOST_OPTIONS : 0;
    for (let start = piece; start <= piece + options; start += 1)
      for (const end of ends) if (end > start && isName(word.slice(start, end))) yield word.slice(start, end);
  }
}
