import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type BigIntStats,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ProgramError, type FoundFile, type FoundPath, type FoundProgram } from './types.ts';

/**
 * Largest file whose contents `readFileFacts` hashes, bytes. Larger files are identified by path, size and dates; large programs also by
 * `hashProgram`.
 */
export const MOST_HASHED = 4 * 1024 * 1024;
/** Largest program that is hashed, bytes. */
const MOST_PROGRAM = 128 * 1024 * 1024;
/** Bytes at the start of a file that reveal its format. */
const HEAD = 256;
/** Flags that open a file without waiting for the writer of a pipe and without following links. Windows lacks both. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Identity, hash and first bytes of a file, as `readFileFacts` reads them for `LocalPrograms`. `sha256` is null for a large file, `head` is its
 * beginning, `size` in bytes, `changedAt` in Unix ms.
 */
export type FileFacts = FoundPath & Readonly<{ sha256: string | null; head: Buffer; size: number; changedAt: number }>;

/**
 * Returns a text that changes when a file is replaced or changed. It includes the change time, which, unlike the modification time, cannot be set.
 */
export function identityOf(facts: BigIntStats): string {
  return [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs, facts.mode].join('-');
}

/** Returns a text that changes when a folder is replaced. Its entries don't count: they come and go. */
export function folderIdentityOf(facts: BigIntStats): string {
  return [facts.dev, facts.ino].join('-');
}

/**
 * Reads identity, hash and first bytes of a file. Used before and right before a start, to detect a file that was exchanged meanwhile.
 * @param path absolute, links resolved
 * @returns undefined unless it is a regular file; others are not opened, since opening a device can trigger it
 */
export function readFileFacts(path: string): FileFacts | undefined {
  if (!lstatSync(path).isFile()) return undefined;
  const descriptor = openSync(path, READ);
  try {
    const facts = fstatSync(descriptor, { bigint: true });
    if (!facts.isFile()) return undefined;
    const size = Number(facts.size);
    const bytes = Buffer.alloc(size > MOST_HASHED ? HEAD : size);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count) {
      count = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (count === 0) break;
    }
    const sha256 = size > MOST_HASHED ? null : createHash('sha256').update(bytes.subarray(0, length)).digest('hex');
    const head = Buffer.from(bytes.subarray(0, Math.min(HEAD, length)));
    return { path, identity: identityOf(facts), sha256, head, size, changedAt: Number(facts.ctimeMs) };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Hashes a large program.
 * @returns null if the program is too large, or changes while it is read
 */
export async function hashProgram({ path, identity, size }: FileFacts): Promise<string | null> {
  if (size > MOST_PROGRAM) return null;
  const handle = await open(path, READ);
  try {
    const hash = createHash('sha256');
    await pipeline(handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }), hash);
    return identityOf(await handle.stat({ bigint: true })) === identity ? hash.digest('hex') : null;
  } finally {
    await handle.close();
  }
}

/**
 * Checks that a file is still the file that was found. Like the two functions below, called by `runProgram` right before a start, and reads the disk
 * only.
 * @throws {ProgramError} `program.changed`
 */
export function checkFile(file: FoundFile): void {
  let now: FileFacts | undefined;
  try {
    // If a link in the path has changed, the same path opens another file.
    if (realpathSync.native(file.namedAs) === file.path) now = readFileFacts(file.path);
  } catch {
    // Gone, or a link now.
  }
  if (now === undefined || !isSame(now, file)) throw changed(file.path);
}

/**
 * Checks that a program is still the one that was found; large programs by path, size and dates only.
 * @throws {ProgramError} `program.changed`
 */
export function checkProgram(program: FoundProgram): void {
  let now: FileFacts | undefined;
  try {
    now = readFileFacts(program.path);
  } catch {
    // Gone, or a link now.
  }
  if (now === undefined || !isSame(now, program)) throw changed(program.path);
}

/**
 * Checks that a folder is still the folder that was found.
 * @throws {ProgramError} `program.changed`
 */
export function checkFolder(folder: FoundPath): void {
  const facts = lstatSync(folder.path, { bigint: true, throwIfNoEntry: false });
  if (facts === undefined || !facts.isDirectory() || folderIdentityOf(facts) !== folder.identity)
    throw changed(folder.path);
}

/** Compares two states of a file. Large files are not hashed again: size and dates must suffice. */
function isSame(now: FileFacts, before: FoundFile): boolean {
  return now.identity === before.identity && (now.sha256 ?? before.sha256) === before.sha256;
}

function changed(path: string): ProgramError {
  return new ProgramError('program.changed', `${path} is not what it was`, { details: { path } });
}
