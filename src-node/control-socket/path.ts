import { systemCode } from '#shared/errors.ts';
import { shellQuoted } from '#shared/shell-quoting.ts';
import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, lstatSync, realpathSync, type Stats } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ControlError } from './errors.ts';

/** Longest socket path used, bytes. The systems' limits are 104 (macOS) or 108 (Linux) bytes, including a zero byte. */
const LONGEST = 100;

/** True on Windows, where the control socket is a named pipe: it has no directory and leaves no stale file. */
export const IS_PIPE = process.platform === 'win32';
/** Beginning of the name of each named pipe. */
const PIPES = '\\\\.\\pipe\\';

/**
 * Returns the path of a profile's control socket, as the agent and its clients compute it.
 * @param profile directory of the profile
 */
export function controlSocketPath(profile: string): string {
  return profileSocketPath(profile, 'control');
}

/**
 * Returns the path of a socket of a profile: in the profile directory, or below the user's run directory under a hash of the profile's path if the
 * first path is too long for a socket or the directory is read-only. Agent, clients and PTY hosts compute the same path, even if the disk of a
 * running agent became read-only. Looks at the file system, writes nothing.
 * @param profile directory of the profile
 * @param name `control`, or the name of a PTY host's socket
 */
export function profileSocketPath(profile: string, name: string): string {
  const directory = canonical(resolve(profile));
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 32);
  const short = name === 'control' ? hash : `${hash}-${name}`;
  if (IS_PIPE) return pipePath(short);
  const path = join(directory, `${name}.sock`);
  const user = process.getuid?.() ?? userInfo().uid;
  const run = `/run/user/${user}`;
  const elsewhere = isOwnDirectory(run, user)
    ? join(run, 'clawreach', `${short}.sock`)
    : join('/tmp', `clawreach-${user}`, `${short}.sock`);
  if (Buffer.byteLength(path) > LONGEST) return elsewhere;
  return isReadOnly(directory) && (existsSync(elsewhere) || !existsSync(path)) ? elsewhere : path;
}

/**
 * Returns the path of a socket of a profile that programs learn from a file which only this user can read. A pipe gets another name each time: every user
 * of the machine could make one whose name doesn't change, before the agent does. Node gives a pipe the system's usual permissions: other users may connect
 * and read, but not write, and not make another instance of it; so a program has to show a token there as at a port.
 * @param isPipe as on Windows
 */
export function learnedSocketPath(profile: string, name: string, isPipe = IS_PIPE): string {
  if (!isPipe) return profileSocketPath(profile, name);
  return pipePath(`${name}-${randomBytes(16).toString('hex')}`);
}

/** Returns the path of the named pipe with this name. */
function pipePath(name: string): string {
  return `${PIPES}clawreach-${name}`;
}

/**
 * Rejects a socket in a directory that another user owns or may enter: a socket placed there could pretend to be the agent.
 * @throws {ControlError} `control.directory`, `control.no-folder`, `control.forbidden`
 */
export function checkSocketDirectory(path: string): void {
  if (IS_PIPE) return;
  const directory = dirname(path);
  const status = statusOf(directory, path);
  if (!status.isDirectory())
    throw new ControlError('control.no-folder', `${directory} is not a directory`, { details: { directory } });
  const user = process.getuid?.();
  // The administrator may talk to the agent of a user.
  const owned = status.uid === user || user === 0;
  if (owned && (status.mode & 0o077) === 0) return;
  throw new ControlError('control.directory', `${directory} is open to other users`, {
    details: { directory, command: `chmod 700 ${shellQuoted(directory)}` },
  });
}

/** @throws {ControlError} `control.forbidden` if this user may not look there, `control.no-folder` below a file */
function statusOf(directory: string, path: string): Stats {
  try {
    return lstatSync(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return statusOf(dirname(directory), path);
    if (systemCode(error) !== 'EACCES') throw error;
    throw new ControlError('control.forbidden', `${directory} belongs to another user`, {
      cause: error,
      details: { path },
    });
  }
}

/** Returns the same text for every spelling of an existing directory. */
function canonical(path: string): string {
  try {
    // As Windows spells it: there, two spellings may differ in the case of letters.
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Reports whether the directory is on a read-only disk. Wrong permissions are reported by `checkSocketDirectory` instead. */
function isReadOnly(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return false;
  } catch (error) {
    return systemCode(error) === 'EROFS';
  }
}

function isOwnDirectory(path: string, user: number): boolean {
  try {
    const status = lstatSync(path);
    return status.isDirectory() && status.uid === user && (status.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
