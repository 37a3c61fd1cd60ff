import * as z from 'zod';
import { LISTED_AT_ONCE, MOST_DEPTH, MOST_ENTRIES } from './limits.ts';
import { parseLine, transferId } from './wire.ts';

/** Parameters of an `rpc` stream with requests about the folders that the other device shares. Unknown fields are ignored. */
export const foldersParams = z.object({ service: z.literal('folders'), version: z.literal(1) });
export const FOLDERS_PARAMS = { service: 'folders', version: 1 } as const satisfies z.infer<typeof foldersParams>;

/** Most folders that one device shares with another. */
const MOST_ROOTS_SHARED = 64;

const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const mtime = z.number().min(0).max(8_640_000_000_000_000);
const kind = z.enum(['file', 'folder']);
/** Name of a file or folder as the sharing device has it. */
export const folderName = z.string().min(1).max(255);
/** Name that a device serves, whatever its system is: not hidden, no path, no control characters. */
const servedName = folderName.regex(/^(?!\.)[^\p{Cc}/\\]+$/u);
/** Names below a shared folder. */
export const folderNames = z.array(folderName).max(MOST_DEPTH);
const below = folderNames.min(1);
const mode = z.enum(['read', 'write']);
/**
 * Ways to put a file where one of the same name is: `new` fails, `skip-same` replaces it unless size and time are the same, `keep-both` gives the new one
 * a number.
 */
export const PUT_MODES = ['new', 'replace', 'skip-same', 'keep-both'] as const;
export const putMode = z.enum(PUT_MODES);
export type PutMode = z.infer<typeof putMode>;

/** Requests, answered one after the other. `root`: name of a shared folder; `path`: names below it. */
const folderRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('roots') }),
  /** Entries after this name, or the first ones. */
  z.object({ type: z.literal('list'), root: folderName, path: folderNames, after: folderName.optional() }),
  z.object({ type: z.literal('stat'), root: folderName, path: folderNames }),
  z.object({ type: z.literal('mkdir'), root: folderName, path: below }),
  z.object({ type: z.literal('rename'), root: folderName, path: below, to: below }),
  z.object({ type: z.literal('remove'), root: folderName, path: below }),
  /** SHA-256 of a file. */
  z.object({ type: z.literal('hash'), root: folderName, path: below }),
  /** The device sends a file or folder as a transfer of this ID, under this name. */
  z.object({
    type: z.literal('get'),
    root: folderName,
    path: folderNames,
    transfer: transferId,
    name: folderName.optional(),
  }),
]);
export type FolderRequest = z.infer<typeof folderRequest>;

const listedEntry = z.object({ name: servedName, kind, size, mtime });
/** Entry of a listing. `mtime`: ms since 1970. */
export type ListedEntry = z.infer<typeof listedEntry>;
const servedRoot = z.object({ name: servedName, mode });
/** Shared folder as the other device sees it. */
export type ServedRoot = z.infer<typeof servedRoot>;

/** Answers. That to `list` is any number of `entries`, then `end`; that to `mkdir`, `rename`, `remove` and `get` is `done`. */
const folderAnswer = z.discriminatedUnion('type', [
  /** A person at the other device is asked. */
  z.object({ type: z.literal('ask') }),
  z.object({ type: z.literal('roots'), roots: z.array(servedRoot).max(MOST_ROOTS_SHARED) }),
  z.object({ type: z.literal('entries'), entries: z.array(listedEntry).min(1).max(LISTED_AT_ONCE) }),
  z.object({ type: z.literal('end'), more: z.boolean() }),
  z.object({ type: z.literal('stat'), kind, size, mtime }),
  z.object({ type: z.literal('hash'), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.object({ type: z.literal('done') }),
  z.object({
    type: z.literal('error'),
    code: z.string().regex(/^[a-z0-9.-]{1,64}$/),
    retryAfter: z.number().int().min(0).max(3_600_000).optional(),
  }),
]);
export type FolderAnswer = z.infer<typeof folderAnswer>;

/** Parses a request about shared folders. @throws {FormatError} `format.files` */
export function parseFolderRequest(line: string): FolderRequest {
  return parseLine(folderRequest, line);
}

/** Parses an answer about shared folders. @throws {FormatError} `format.files` */
export function parseFolderAnswer(line: string): FolderAnswer {
  return parseLine(folderAnswer, line);
}

/** Most bytes of a line with entries; each name counts at most six bytes a character. */
const ENTRIES_BYTES = 60_000;

/** Splits entries into lines of at most 64 KiB. Pure. */
export function entryLines(entries: readonly ListedEntry[]): readonly FolderAnswer[] {
  const lines: FolderAnswer[] = [];
  let some: ListedEntry[] = [];
  let bytes = 0;
  for (const entry of entries.slice(0, MOST_ENTRIES)) {
    const length = 96 + 6 * entry.name.length;
    if (some.length > 0 && bytes + length > ENTRIES_BYTES) {
      lines.push({ type: 'entries', entries: some });
      some = [];
      bytes = 0;
    }
    some.push(entry);
    bytes += length;
  }
  if (some.length > 0) lines.push({ type: 'entries', entries: some });
  return lines;
}
