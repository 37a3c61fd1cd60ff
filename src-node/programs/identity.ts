import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { ProgramError, type FoundFile, type FoundPlace } from './types.ts';

/** Larger files are known by their place, size and dates only, bytes. */
const MOST_HASHED = 4 * 1024 * 1024;
/** Never waits for the writer of a pipe, and follows no link. Not known on Windows. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** The date of the last change of anything is part of it: unlike that of the contents nobody can set it. */
export function identityOf(facts: BigIntStats): string {
  return [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs, facts.mode].join('-');
}

/** A folder's entries come and go; it is the same one as long as its place on the disk is. */
export function folderIdentityOf(facts: BigIntStats): string {
  return [facts.dev, facts.ino].join('-');
}

/** @param path links resolved. @returns undefined for what is no regular file */
export function readFileFacts(path: string): (FoundFile & Readonly<{ isScript: boolean }>) | undefined {
  const descriptor = openSync(path, READ);
  try {
    const facts = fstatSync(descriptor, { bigint: true });
    if (!facts.isFile()) return undefined;
    const identity = identityOf(facts);
    const size = Number(facts.size);
    const bytes = Buffer.alloc(size > MOST_HASHED ? 2 : size);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count) {
      count = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (count === 0) break;
    }
    const isScript = bytes.subarray(0, 2).equals(Buffer.from('#!'));
    const sha256 = size > MOST_HASHED ? null : createHash('sha256').update(bytes.subarray(0, length)).digest('hex');
    return { path, identity, sha256, isScript };
  } finally {
    closeSync(descriptor);
  }
}

/** @throws {ProgramError} `program.changed` */
export function checkFile(file: FoundFile): void {
  let now: FoundFile | undefined;
  try {
    now = readFileFacts(file.path);
  } catch {
    // Gone, or a link now.
  }
  if (now === undefined || now.identity !== file.identity || now.sha256 !== file.sha256) throw changed(file.path);
}

/** Of a program that is not hashed. @throws {ProgramError} `program.changed` */
export function checkProgram(place: FoundPlace): void {
  const facts = lstatSync(place.path, { bigint: true, throwIfNoEntry: false });
  if (facts === undefined || !facts.isFile() || identityOf(facts) !== place.identity) throw changed(place.path);
}

/** @throws {ProgramError} `program.changed` */
export function checkFolder(place: FoundPlace): void {
  const facts = lstatSync(place.path, { bigint: true, throwIfNoEntry: false });
  if (facts === undefined || !facts.isDirectory() || folderIdentityOf(facts) !== place.identity)
    throw changed(place.path);
}

function changed(path: string): ProgramError {
  return new ProgramError('program.changed', `${path} is not what it was`, { details: { path } });
}
