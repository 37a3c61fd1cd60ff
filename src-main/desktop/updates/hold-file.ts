import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { UpdateError } from './update-error.ts';

const PIECE = 1_048_576;
/** A scanner of viruses looks at what was just written, and holds it for that long, ms. */
const SCAN = 500;
const SCANS = 20;

/**
 * What was downloaded has lain there for hours or days. Right before it is run it is copied into a new file, of which nobody else can have a handle
 * yet, compared with what was signed byte by byte while that is done, and put in its place, in a folder that only this user may enter. What is run
 * after this is what was compared, unless a program of the same user exchanges it within that moment.
 * @param expected SHA-512 in base64, and bytes
 * @throws {UpdateError} `update.checksum`: it is another one, and was removed
 */
export async function holdFile(path: string, expected: Readonly<{ sha512: string; size: number }>): Promise<void> {
  const folder = dirname(path);
  await makePrivate(folder);
  const copy = join(folder, `.${randomUUID()}`);
  try {
    const digest = await copyAndHash(path, copy, expected.size);
    if (digest !== expected.sha512) {
      await rm(path, { recursive: true, force: true });
      throw new UpdateError('update.checksum', 'the file is not the one that was signed any more');
    }
    await putInPlace(copy, path);
  } finally {
    await rm(copy, { force: true });
  }
}

/** A folder of another user, or a link, is refused; one that others may enter is closed to them. */
async function makePrivate(folder: string): Promise<void> {
  const status = await lstat(folder);
  if (!status.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (process.platform === 'win32') return;
  if (status.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  await chmod(folder, 0o700);
}

/** @returns the digest of what was copied; undefined for what is no file of that size at all */
async function copyAndHash(from: string, to: string, size: number): Promise<string | undefined> {
  // Neither a link nor a pipe, on which opening would wait. Windows has neither flag, and undefined is 0 here.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const source = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (source === undefined) return undefined;
  try {
    const status = await source.stat();
    if (!status.isFile() || status.size !== size) return undefined;
    const target = await open(to, 'wx', 0o700);
    try {
      const digest = await pass(source, target, size);
      // Where it goes, others run it too; here they cannot get at it.
      await target.chmod(0o755);
      return digest;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function pass(source: FileHandle, target: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha512');
  const piece = Buffer.allocUnsafe(PIECE);
  let copied = 0;
  // One byte more than there may be is enough to know that it is another file.
  while (copied <= size) {
    const { bytesRead } = await source.read(piece, 0, PIECE, copied);
    if (bytesRead === 0) break;
    const bytes = piece.subarray(0, bytesRead);
    hash.update(bytes);
    await target.writeFile(bytes);
    copied += bytesRead;
  }
  await target.sync();
  return hash.digest('base64');
}

async function putInPlace(copy: string, path: string): Promise<void> {
  for (let scan = 1; ; scan += 1) {
    try {
      await rename(copy, path);
      return;
    } catch (error) {
      if (process.platform !== 'win32' || scan === SCANS) throw error;
      await after(SCAN);
    }
  }
}
