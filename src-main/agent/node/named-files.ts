import { normalize } from 'node:path';
import type { FoundFile, Programs } from '#node/programs/index.ts';

/** Limits of one run, in files and, added up, words that are tried as names. */
const MOST_FILES = 64;
const MOST_TRIED = 2048;
/** Letters of joined options before a name: `-xvfarchive`. */
const MOST_OPTIONS = 32;
const LONGEST_NAME = 4096;

/** Files that the words of a command name. */
export type NamedFiles = Readonly<{
  files: readonly Readonly<{ index: number | null; file: FoundFile }>[];
  /** Something that is there and no file whose contents can be known: a folder, a device, a file that cannot be read. */
  others: readonly Readonly<{ index: number | null; kind: 'file' | 'folder' | 'other' }>[];
  /** There are more words or files than are looked at. */
  isCut: boolean;
}>;

/** Looks for the files that words name, also as a part of them: `job.awk`, `-fjob.awk`, `-xvfarchive`, `--file=job.awk`, `lib:name`. */
export async function findNamedFiles(
  words: readonly Readonly<{ index: number | null; word: string }>[],
  directory: string,
  programs: Programs,
): Promise<NamedFiles> {
  const files: { index: number | null; file: FoundFile }[] = [];
  const others: { index: number | null; kind: 'file' | 'folder' | 'other' }[] = [];
  let tried = 0;
  for (const { index, word } of words) {
    for (const name of namesIn(word)) {
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

/** The names that one word may hold, one after the other: a word can hold thousands. */
function* namesIn(word: string): Iterable<string> {
  const isName = (name: string): boolean => name !== '' && name !== '-' && name.length <= LONGEST_NAME;
  if (isName(word)) yield word;
  if (/^-[^-]/.test(word)) {
    for (let at = 1; at <= Math.min(MOST_OPTIONS, word.length); at += 1)
      if (isName(word.slice(at))) yield word.slice(at);
  }
  let start = 0;
  for (const { index } of word.matchAll(/[=:,;@+\s]/g)) {
    const before = word.slice(start, index);
    const rest = word.slice(index + 1);
    if (isName(before)) yield before;
    if (isName(rest)) yield rest;
    start = index + 1;
  }
}
