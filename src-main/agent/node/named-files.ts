import { resolve } from 'node:path';
import type { FoundFile, Programs } from '#node/programs/index.ts';

/** Limits of one run, in files and, added up, words that are tried as names. */
const MOST_FILES = 64;
const MOST_TRIED = 512;
const LONGEST_NAME = 4096;

/** Files that the words of a command name. */
export type NamedFiles = Readonly<{
  files: readonly Readonly<{ index: number; file: FoundFile }>[];
  /** Something that is there and no file whose contents can be known: a folder, a device, a file that cannot be read. */
  others: readonly Readonly<{ index: number; kind: 'file' | 'folder' | 'other' }>[];
  /** There are more words or files than are looked at. */
  isCut: boolean;
}>;

/** Looks for the files that words name, also attached to an option: `job.awk`, `-fjob.awk`, `--file=job.awk`, `of=out`, `@list`. */
export async function findNamedFiles(
  words: readonly Readonly<{ index: number; word: string }>[],
  directory: string,
  programs: Programs,
): Promise<NamedFiles> {
  const files: { index: number; file: FoundFile }[] = [];
  const others: { index: number; kind: 'file' | 'folder' | 'other' }[] = [];
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

/** Tells whether a file is found where its name says, without any link: then the name means this file for every program. */
export function isDirect(file: FoundFile, directory: string): boolean {
  return resolve(directory, file.namedAs) === file.path;
}

/** The names that one word may hold. */
function namesIn(word: string): ReadonlySet<string> {
  const names = new Set<string>([word]);
  const equals = word.indexOf('=');
  if (equals >= 0) names.add(word.slice(equals + 1));
  if (/^-[^-]/.test(word)) names.add(word.slice(2));
  if (/^[@+]/.test(word)) names.add(word.slice(1));
  return new Set([...names].filter((name) => name !== '' && name !== '-' && name.length <= LONGEST_NAME));
}
