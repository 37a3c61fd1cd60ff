import { readFile, stat, writeFile } from 'node:fs/promises';
import { ClawReachError, systemCode } from '#shared/errors.ts';
import { UsageError } from '../errors.ts';

/** Largest file that is read, in bytes. */
const MAX_SIZE = 1024 * 1024;

/**
 * Reads a UTF-8 text file.
 * @throws {UsageError} `usage.file` if it is missing, unreadable or larger than 1 MiB
 */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_SIZE) throw fileError(path, "It's too large");
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof UsageError ? error : fileError(path, reasonOf(error));
  }
}

/**
 * Creates a file that only its owner can read. Never overwrites one.
 * @throws {UsageError} `usage.file`, `usage.file-exists`
 */
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

/** Returns the error for output that couldn't be written; undefined if its reader has just ended, as with `| head`. Used for stdout. Pure. */
export function outputError(error: unknown): ClawReachError | undefined {
  if (systemCode(error) === 'EPIPE') return undefined;
  const reason = reasonOf(error);
  return new ClawReachError('output.write', `the output couldn't be written: ${reason}`, { details: { reason } });
}

/** Returns the reason for an error of the file system; for a rare one the system's code. */
function reasonOf(error: unknown): string {
  const code = systemCode(error) ?? 'unknown';
  return REASONS[code] ?? code;
}

/** Reasons for errors of the file system, by code of the system. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "There's no such file or folder",
  ENOTDIR: "A part of the path isn't a folder",
  EISDIR: "It's a folder",
  EACCES: "You don't have permission",
  EPERM: "You don't have permission",
  EROFS: 'The disk is read-only',
  ENOSPC: 'The disk is full',
  ENAMETOOLONG: 'The name is too long',
  ELOOP: "It's a link that leads to itself",
};
