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
import { ProgramError, type FoundFile, type FoundPlace, type FoundProgram } from './types.ts';

/** Larger files are known by their place, size and dates only, bytes; programs by what `hashProgram` found before. */
export const MOST_HASHED = 4 * 1024 * 1024;
/** Programs that are larger have no hash, bytes. */
const MOST_PROGRAM = 128 * 1024 * 1024;
/** Bytes at the start of a file that reveal its format. */
const HEAD = 256;
/** Never waits for the writer of a pipe, and follows no link. Not known on Windows. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Kind and contents of a file. */
export type FileFacts = FoundPlace & Readonly<{ sha256: string | null; head: Buffer; size: number; changedAt: number }>;

/** Returns the identity of a file. It includes the change time, which, unlike the modification time, cannot be set. */
export function identityOf(facts: BigIntStats): string {
  return [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs, facts.mode].join('-');
}

/** A folder's entries come and go; it is the same one as long as its place on the disk is. */
export function folderIdentityOf(facts: BigIntStats): string {
  return [facts.dev, facts.ino].join('-');
}

/** @param path links resolved. @returns undefined for what is no regular file: it is not opened either, since that alone can set a device off */
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

/** Reads a large program through. @returns null where it is too large, or changes meanwhile */
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

/** @throws {ProgramError} `program.changed` */
export function checkFile(file: FoundFile): void {
  let now: FileFacts | undefined;
  try {
    // A link on the way that leads elsewhere now would have the same words open another file.
    if (realpathSync.native(file.namedAs) === file.path) now = readFileFacts(file.path);
  } catch {
    // Gone, or a link now.
  }
  if (now === undefined || !isSame(now, file)) throw changed(file.path);
}

/** Checks a program, of which large ones are known by place, size and dates. @throws {ProgramError} `program.changed` */
export function checkProgram(program: FoundProgram): void {
  let now: FileFacts | undefined;
  try {
    now = readFileFacts(program.path);
  } catch {
    // Gone, or a link now.
  }
  if (now === undefined || !isSame(now, program)) throw changed(program.path);
}

/** @throws {ProgramError} `program.changed` */
export function checkFolder(place: FoundPlace): void {
  const facts = lstatSync(place.path, { bigint: true, throwIfNoEntry: false });
  if (facts === undefined || !facts.isDirectory() || folderIdentityOf(facts) !== place.identity)
    throw changed(place.path);
}

/** Large files are not read through again: size and dates have to do. */
function isSame(now: FileFacts, before: FoundFile): boolean {
  return now.identity === before.identity && (now.sha256 ?? before.sha256) === before.sha256;
}

function changed(path: string): ProgramError {
  return new ProgramError('program.changed', `${path} is not what it was`, { details: { path } });
}
