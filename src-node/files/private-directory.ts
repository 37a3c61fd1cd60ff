import { systemCode } from '#shared/errors.ts';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '#shared/storage.ts';
import { shellQuoted } from '#shared/shell-quoting.ts';

/** True if the system has Unix file modes. Windows has access lists instead: a profile below the user's own folder inherits private ones. */
export const HAS_MODES = process.platform !== 'win32';

/**
 * Creates a directory that only its owner may enter (0700), or checks that an existing one is private; an empty one of this user is made private. Called
 * before the first write to a private directory, such as a profile, the recordings or the control socket's directory.
 * @throws {StoreError} `store.directory-permissions` (details: file, command), `store.unreadable`, `store.folder` (details: file, reason)
 */
export function ensurePrivateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw isMissing(path) ? uncreatedError(path, error) : unreadableError(path, error);
  }
  if (HAS_MODES) tightenEmpty(path);
  checkPrivateDirectory(path);
}

/**
 * Makes an empty directory of this user private, such as one that a person has just made for a profile. Leaves any other as it is, and one in which another
 * user was quicker.
 */
function tightenEmpty(path: string): void {
  let directory: number | undefined;
  try {
    // Not by its name alone: that could lead elsewhere a moment later.
    directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const { uid, mode } = fstatSync(directory);
    if (uid !== process.getuid?.() || (mode & 0o077) === 0 || readdirSync(path).length > 0) return;
    fchmodSync(directory, 0o700);
    if (readdirSync(path).length > 0) fchmodSync(directory, mode & 0o7777);
  } catch {
    // The check that follows reports the reason.
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

/**
 * Checks that a path is a directory owned by this user that no one else may enter.
 * @throws {StoreError} `store.directory-permissions` (details: file, command), `store.unreadable`
 */
export function checkPrivateDirectory(path: string): void {
  const status = statusOf(path);
  if (!status.isDirectory())
    throw new StoreError('store.unreadable', `${path} is not a directory`, {
      details: { file: path, reason: 'not a directory' },
    });
  if (HAS_MODES && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0))
    throw new StoreError('store.directory-permissions', `${path} is open to other users`, {
      details: { file: path, command: repairCommand(status, path, '700') },
    });
}

/**
 * Returns the shell command that makes a path private again, shown to the user. Runs nothing.
 * @param mode octal, such as `700`
 */
export function repairCommand(status: Stats, path: string, mode: string): string {
  const quoted = shellQuoted(path);
  return status.uid === process.getuid?.()
    ? `chmod ${mode} ${quoted}`
    : `sudo chown "$USER" ${quoted} && chmod ${mode} ${quoted}`;
}

function isMissing(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch {
    return true;
  }
}

/** Converts the error of a folder that couldn't be created to `store.folder`. With `recursive`, Node reports a read-only disk as ENOENT. */
function uncreatedError(path: string, error: unknown): StoreError {
  let cause = error;
  let missing = path;
  while (isMissing(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing);
  try {
    mkdirSync(missing, { mode: 0o700 });
    rmdirSync(missing);
  } catch (own) {
    cause = own;
  }
  const reason = systemCode(cause) ?? 'unknown';
  return new StoreError('store.folder', `${path} cannot be created: ${reason}`, {
    cause,
    details: { file: path, reason },
  });
}

/** Converts a system error to `store.unreadable` (details: file, reason). */
export function unreadableError(path: string, error: unknown): StoreError {
  const reason = systemCode(error) ?? 'unknown';
  return new StoreError('store.unreadable', `${path} cannot be read: ${reason}`, {
    cause: error,
    details: { file: path, reason },
  });
}

/** Converts a system error to `store.write` (details: file, reason). */
export function unwritableError(path: string, error: unknown): StoreError {
  const reason = systemCode(error) ?? 'unknown';
  return new StoreError('store.write', `${path} cannot be written: ${reason}`, {
    cause: error,
    details: { file: path, reason },
  });
}

function statusOf(path: string): Stats {
  try {
    // Not `stat`: the owner of a link could point it elsewhere later.
    return lstatSync(path);
  } catch (error) {
    throw unreadableError(path, error);
  }
}
