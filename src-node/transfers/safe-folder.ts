import { constants, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '#shared/errors.ts';
import { FilesError } from '#shared/files/index.ts';

const IS_LINUX = process.platform === 'linux';
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Reports whether an open file or folder is at this real path: no link in place of a parent has led elsewhere. Linux says where it is; elsewhere the path
 * must be real, before and after it is opened, so that only two swaps at the right moments are missed.
 */
export async function isAt(fd: number | undefined, path: string): Promise<boolean> {
  if (IS_LINUX && fd !== undefined) return readlinkSync(`/proc/self/fd/${fd}`) === path;
  return await isReal(path);
}

/** Reports whether no part of a path is a link. */
export async function isReal(path: string): Promise<boolean> {
  return (await realpath(path)) === path;
}

/**
 * Open folder in which names can be used without following a link that someone puts in place of one of its parents. Linux reaches its entries through
 * `/proc/self/fd`, since Node has no `openat`. Elsewhere the real path is compared before and after (`check`).
 */
export class SafeFolder {
  readonly #handle: FileHandle | undefined;
  readonly #path: string;

  private constructor(path: string, handle: FileHandle | undefined) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens a folder by its real path. */
  static async open(path: string): Promise<SafeFolder> {
    if (!IS_LINUX) {
      requireFolder(await lstat(path));
      return new SafeFolder(path, undefined);
    }
    return new SafeFolder(path, await open(path, FOLDER));
  }

  /** Path by which the folder itself is reached while it is open. */
  get itself(): string {
    return this.#handle === undefined ? this.#path : `/proc/self/fd/${this.#handle.fd}`;
  }

  /** Real path that the folder had when it was opened. */
  get path(): string {
    return this.#path;
  }

  /** Returns the device and inode, which are the same by whatever name the folder is reached. */
  async identity(): Promise<string> {
    return identityOf(await (this.#handle?.stat({ bigint: true }) ?? stat(this.#path, { bigint: true })));
  }

  /** Returns the mount in which the folder is, and within which files can be moved; outside of Linux its device. */
  async mount(): Promise<string> {
    const [device = ''] = (await this.identity()).split(':', 1);
    if (this.#handle === undefined) return device;
    // A folder may be mounted a second time below itself.
    const [, mount = ''] =
      /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${this.#handle.fd}`, 'utf8')) ?? [];
    return `${device} ${mount}`;
  }

  /** Opens this folder a second time. */
  async again(): Promise<SafeFolder> {
    await this.check();
    // The link to an open folder isn't followed by itself, but `.` in it is reached.
    return this.#handle === undefined
      ? new SafeFolder(this.#path, undefined)
      : new SafeFolder(this.#path, await open(`${this.itself}/.`, FOLDER));
  }

  /** Opens a folder in this one. */
  async enter(name: string): Promise<SafeFolder> {
    await this.check();
    const path = this.at(name);
    if (!IS_LINUX) {
      requireFolder(await lstat(path));
      return new SafeFolder(path, undefined);
    }
    return new SafeFolder(join(this.#path, name), await open(path, FOLDER));
  }

  /** Creates a folder in this one unless it is there. @returns false if it was */
  async make(name: string): Promise<boolean> {
    await this.check();
    try {
      await mkdir(this.at(name), { mode: 0o700 });
      return true;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      requireFolder(await lstat(this.at(name)));
      return false;
    }
  }

  /** Returns a path to an entry of this folder, valid while it is open. */
  at(name: string): string {
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
      throw new FilesError('file.name', 'not a name of an entry');
    return this.#handle === undefined ? join(this.#path, name) : `/proc/self/fd/${this.#handle.fd}/${name}`;
  }

  /** Checks that no link has replaced a part of the path. Does nothing on Linux. @throws {FilesError} `file.disk` */
  async check(): Promise<void> {
    if (this.#handle !== undefined) return;
    if (!(await isReal(this.#path))) throw new FilesError('file.disk', 'a folder was replaced');
  }

  /** Makes the entries of this folder permanent. Windows can't, and needn't. */
  async sync(): Promise<void> {
    const handle = this.#handle ?? (await open(this.#path, constants.O_RDONLY).catch(() => undefined));
    try {
      await handle?.sync();
    } catch (error) {
      if (!['EPERM', 'EISDIR', 'EACCES', 'EINVAL'].includes(systemCode(error) ?? '')) throw error;
    } finally {
      if (handle !== this.#handle) await handle?.close();
    }
  }

  /** Returns the names of its entries. */
  async names(): Promise<readonly string[]> {
    return await readdir(this.#handle === undefined ? this.#path : `/proc/self/fd/${this.#handle.fd}`);
  }

  /** Reports whether it is at the path by which it was opened, which has to be a real one. */
  async isInPlace(): Promise<boolean> {
    return await isAt(this.#handle?.fd, this.#path);
  }

  /** Sets the time of modification, ms since 1970. */
  async setTime(mtime: number): Promise<void> {
    await this.#handle?.utimes(new Date(mtime), new Date(mtime));
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** Returns the device and inode of a file or folder. */
export function identityOf({ dev, ino }: Readonly<{ dev: bigint; ino: bigint }>): string {
  return `${dev}:${ino}`;
}

function requireFolder(facts: Stats): void {
  if (!facts.isDirectory()) throw new FilesError('file.disk', 'something that is no folder is in the way');
}
