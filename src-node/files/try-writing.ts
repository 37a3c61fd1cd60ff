import { systemCode } from '#shared/errors.ts';
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '#shared/storage.ts';

/** Bytes written by a test; more than a directory entry can hold, so that a full disk fails the test. */
const SOME = 16 * 1024;

const CODES: Readonly<Record<string, string>> = {
  ENOSPC: 'store.disk-full',
  EDQUOT: 'store.disk-full',
  EROFS: 'store.read-only',
  EACCES: 'store.read-only',
  EPERM: 'store.read-only',
};

/**
 * Tests whether a directory can be written to, by writing a small file and removing it. The agent calls this when it starts and when it reports
 * storage problems.
 * @throws {StoreError} `store.disk-full`, `store.read-only`, `store.not-writable`
 */
export async function tryWriting(directory: string): Promise<void> {
  const path = join(directory, `.try-${randomBytes(8).toString('hex')}`);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(Buffer.alloc(SOME));
      // Some file systems notice a full disk only when data is flushed.
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeProblem(directory, error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * Converts a system error to one that a person can fix: `store.disk-full`, `store.read-only`, `store.not-writable`. Also used for the directory of
 * the control socket. Pure.
 */
export function writeProblem(directory: string, error: unknown): StoreError {
  const reason = systemCode(error) ?? 'unknown';
  return new StoreError(CODES[reason] ?? 'store.not-writable', `${directory} cannot be written: ${reason}`, {
    cause: error,
    details: { directory, reason },
  });
}
