import { readFile, stat, writeFile } from 'node:fs/promises';
import { ClawReachError, systemCode } from '#shared/errors.ts';
import { UsageError } from '../errors.ts';

/** Largest file that is read, bytes. */
const MAX_SIZE = 1024 * 1024;

/** Reads a text file in UTF-8. @throws {UsageError} `usage.file` */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_SIZE) throw fileError(path, 'it is too large');
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof UsageError ? error : fileError(path, reasonOf(error));
  }
}

/** Creates a file that only its owner can read. @throws {UsageError} `usage.file`, `usage.file-exists` */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (systemCode(error) === 'EEXIST')
      throw new UsageError('usage.file-exists', 'the file is there', { details: { path } });
    throw fileError(path, reasonOf(error));
  }
}

function fileError(path: string, reason: string): UsageError {
  return new UsageError('usage.file', `${path}: ${reason}`, { details: { path, reason } });
}

/** Returns the reason why output couldn't be written; undefined if its reader just ended, as in `| head`. */
export function outputError(error: unknown): ClawReachError | undefined {
  if (systemCode(error) === 'EPIPE') return undefined;
  const reason = reasonOf(error);
  return new ClawReachError('output.write', `the output could not be written: ${reason}`, { details: { reason } });
}

/** Describes an error of the file system; rare ones by the system's own name. */
function reasonOf(error: unknown): string {
  const code = systemCode(error) ?? 'unknown';
  return REASONS[code] ?? code;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this account may not do that there',
  EPERM: 'this account may not do that there',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'it is a link that leads to itself',
};
