import { systemCode } from '#shared/errors.ts';
import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { StoreError } from '#shared/storage.ts';

/** Windows keeps access lists instead of modes: a profile below the user's own folder is private by inheritance. */
export const HAS_MODES = process.platform !== 'win32';

/**
 * Makes a directory that only its owner may enter (0700), or checks that an existing one is so.
 * @throws {StoreError} `store.directory-permissions` (details: file, command), `store.unreadable`
 */
export function ensurePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unreadable(path, error);
  }
  checkPrivateDirectory(path);
}

/**
 * Checks that the path is a directory owned by this user that no one else may enter.
 * @throws {StoreError} `store.directory-permissions`
 */
export function checkPrivateDirectory(path: string): void {
  const status = statusOf(path);
  if (!status.isDirectory())
    throw new StoreError('store.unreadable', `${path} is not a directory`, {
      details: { file: path, reason: 'not a directory' },
    });
  if (HAS_MODES && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0))
    throw new StoreError('store.directory-permissions', `${path} is open to other users`, {
      details: { file: path, command: remedy(status, path, '700') },
    });
}

/** Returns the command that makes a path private again. */
export function remedy(status: Stats, path: string, mode: string): string {
  const quoted = `'${path.replaceAll("'", `'\\''`)}'`;
  return status.uid === process.getuid?.()
    ? `chmod ${mode} ${quoted}`
    : `sudo chown "$USER" ${quoted} && chmod ${mode} ${quoted}`;
}

export function unreadable(path: string, error: unknown): StoreError {
  const reason = systemCode(error) ?? 'unknown';
  return new StoreError('store.unreadable', `${path} cannot be read: ${reason}`, {
    cause: error,
    details: { file: path, reason },
  });
}

export function unwritable(path: string, error: unknown): StoreError {
  const reason = systemCode(error) ?? 'unknown';
  return new StoreError('store.write', `${path} cannot be written: ${reason}`, {
    cause: error,
    details: { file: path, reason },
  });
}

function statusOf(path: string): Stats {
  try {
    // A link could be turned elsewhere by whoever made it.
    return lstatSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}
