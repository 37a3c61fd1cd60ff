import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { UpdateError } from '#node/releases/index.ts';

const PIECE = 1_048_576;
/** Pause between attempts to replace a file that a virus scanner may hold just after it was written, ms. */
const SCAN = 500;
const SCANS = 20;

/**
 * Verifies a downloaded file for `ElectronEngine`, right before it runs, since it may have been on disk for days. Copies it into a new file that no
 * other process has open, compares the copy's hash with the signed one, and replaces the download by the copy, in a folder that only this user may
 * enter. Only a program of the same user could replace the file in that moment.
 * @param expected SHA-512 in base64, and size in bytes
 * @throws {UpdateError} `update.checksum` if the file differs; it is then removed
 */
export async function verifyDownload(
  path: string,
  expected: Readonly<{ sha512: string; size: number }>,
): Promise<void> {
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

/** Rejects a folder that is a link or belongs to another user; restricts one that others may enter. */
async function makePrivate(folder: string): Promise<void> {
  const status = await lstat(folder);
  if (!status.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (process.platform === 'win32') return;
  if (status.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  await chmod(folder, 0o700);
}

/** Copies and hashes a file. @returns the hash; undefined if it isn't a file of that size */
async function copyAndHash(from: string, to: string, size: number): Promise<string | undefined> {
  // Neither a link nor a pipe, on which opening would block. Windows has neither flag, and undefined counts as 0 here.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const source = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (source === undefined) return undefined;
  try {
    const status = await source.stat();
    if (!status.isFile() || status.size !== size) return undefined;
    const target = await open(to, 'wx', 0o700);
    try {
      const digest = await pass(source, target, size);
      // Others run the installed file, but can't reach it in this folder.
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
  // One byte above the size suffices to know that it is a different file.
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
