import { systemCode } from '#shared/errors.ts';
import { constants } from 'node:fs';
import { lstat, open, opendir, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { FolderError } from './errors.ts';
import { isServedName } from './request-path.ts';

/** Open file of a shared folder. */
export type SharedFile = Readonly<{
  kind: 'file';
  /** Handle open for reading; the caller closes it. */
  handle: FileHandle;
  name: string;
  size: number;
  /** Unix time, ms. */
  modified: number;
  /** Version that changes with the file: inode, size and time of modification. */
  version: string;
}>;
/** Result of looking up a path in a shared folder. */
export type Found = SharedFile | Readonly<{ kind: 'folder'; path: string }>;
/** One line of a listing. `size` in bytes, null for a folder; `modified`: Unix time, ms. */
export type FolderEntry = Readonly<{ name: string; kind: 'file' | 'folder'; size: number | null; modified: number }>;
/** Contents of a folder. */
export type FolderListing = Readonly<{
  entries: readonly FolderEntry[];
  /** True if the folder has more entries than listed. */ isCut: boolean;
}>;

/** Most entries of a listing; the others can still be opened by name. */
const MOST_ENTRIES = 10_000;
/** Number of entries whose sizes and dates are read at a time. */
const AT_A_TIME = 64;
/** Flags that neither block on a pipe nor follow a symbolic link, in case one has replaced the file. Windows lacks such flags. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
/** System errors that mean that the file doesn't exist. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL', 'ENXIO', 'EISDIR']);

/**
 * Read-only access to one folder on disk, for folder forwards. Never opens anything outside the folder, whatever names are requested and wherever
 * symbolic links lead.
 */
export class SharedFolder {
  readonly #root: string;
  readonly #private: readonly string[];

  private constructor(root: string, privateFolders: readonly string[]) {
    this.#root = root;
    this.#private = privateFolders;
  }

  /**
   * Opens the folder.
   * @param privateFolders folders that are never served, even inside it
   * @throws {FolderError} `folder.missing`, `folder.not-a-folder`, `folder.unreadable`, `folder.private`
   */
  static async open(path: string, privateFolders: readonly string[]): Promise<SharedFolder> {
    if (!isAbsolute(path)) throw new FolderError('folder.relative', 'not an absolute path', { details: { path } });
    const root = await realpath(path).catch((error: unknown) => {
      throw startError(path, error);
    });
    if (!(await stat(root)).isDirectory())
      throw new FolderError('folder.not-a-folder', `${path} is no folder`, { details: { path } });
    await (await opendir(root).catch((error: unknown) => Promise.reject(startError(path, error)))).close();
    const hidden = await Promise.all(privateFolders.map((folder) => realpath(folder).catch(() => folder)));
    if (hidden.some((folder) => isInside(folder, root)))
      throw new FolderError('folder.private', 'holds keys of this device', { details: { path } });
    return new SharedFolder(root, hidden);
  }

  /**
   * Opens a file, or finds a folder.
   * @param names path relative to the shared folder, one name per level
   * @returns undefined if it does not exist or is not served
   * @throws {FolderError} `folder.unreadable`
   */
  async find(names: readonly string[]): Promise<Found | undefined> {
    try {
      return await this.#find(names);
    } catch (error) {
      const code = systemCode(error) ?? 'unknown';
      if (NOTHING.has(code)) return undefined;
      if (code === 'EACCES' || code === 'EPERM')
        throw new FolderError('folder.unreadable', names.join('/'), { cause: error, details: { path: this.#root } });
      throw error;
    }
  }

  /** Lists a folder: subfolders first, each group by name, with numbers in numeric order. */
  async list(path: string): Promise<FolderListing> {
    const names: string[] = [];
    let isCut = false;
    for await (const { name } of await opendir(path)) {
      if (!isServedName(name)) continue;
      isCut = names.length >= MOST_ENTRIES;
      if (isCut) break;
      names.push(name);
    }
    const entries: FolderEntry[] = [];
    for (let at = 0; at < names.length; at += AT_A_TIME) {
      const found = await Promise.all(names.slice(at, at + AT_A_TIME).map((name) => this.#entryOf(path, name)));
      entries.push(...found.filter((entry) => entry !== undefined));
    }
    // The folder may have been replaced meanwhile.
    if ((await realpath(path)) !== path) return { entries: [], isCut: false };
    const order = new Intl.Collator('en', { numeric: true });
    entries.sort((a, b) => (a.kind === b.kind ? order.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
    return { entries, isCut };
  }

  async #find(names: readonly string[]): Promise<Found | undefined> {
    const path = await realpath(join(this.#root, ...names));
    if (!this.#admits(path)) return undefined;
    const kind = await lstat(path);
    if (kind.isDirectory()) return { kind: 'folder', path };
    // Opening a device may trigger an action, and opening a pipe may block permanently.
    if (!kind.isFile()) return undefined;
    const handle = await open(path, READ);
    try {
      const facts = await handle.stat({ bigint: true });
      if (!facts.isFile() || !(await isStillThere(handle, path))) {
        await handle.close();
        return undefined;
      }
      return {
        kind: 'file',
        handle,
        name: names.at(-1) ?? '',
        size: Number(facts.size),
        modified: date(Number(facts.mtimeMs)),
        version: [facts.ino, facts.size, facts.mtimeNs].map((number) => number.toString(36)).join('-'),
      };
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
  }

  async #entryOf(folder: string, name: string): Promise<FolderEntry | undefined> {
    try {
      const path = await realpath(join(folder, name));
      if (!this.#admits(path)) return undefined;
      const facts = await lstat(path);
      const modified = date(facts.mtimeMs);
      if (facts.isDirectory()) return { name, kind: 'folder', size: null, modified };
      return facts.isFile() ? { name, kind: 'file', size: facts.size, modified } : undefined;
    } catch {
      // Gone meanwhile, or a link to nothing.
      return undefined;
    }
  }

  /** Returns true if a resolved path lies inside the folder and no part of it is hidden or private. */
  #admits(path: string): boolean {
    if (!isInside(this.#root, path) || this.#private.some((folder) => isInside(folder, path))) return false;
    const below = relative(this.#root, path);
    return below === '' || below.split(sep).every((name) => isServedName(name));
  }
}

function isInside(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below));
}

/** Reports whether the open file is the one that was checked, even if someone moved files in between. */
async function isStillThere(handle: FileHandle, path: string): Promise<boolean> {
  if (process.platform === 'linux') return (await readlink(`/proc/self/fd/${handle.fd}`)) === path;
  if ((await realpath(path)) !== path) return false;
  const [opened, named] = await Promise.all([handle.stat({ bigint: true }), lstat(path, { bigint: true })]);
  return opened.ino === named.ino && opened.dev === named.dev;
}

/** Limits a timestamp to the range of `Date`: file systems can hold others. */
function date(milliseconds: number): number {
  return Math.floor(Math.min(Math.max(0, milliseconds), 8.64e15));
}

function startError(path: string, error: unknown): FolderError {
  const code = NOTHING.has(systemCode(error) ?? 'unknown') ? 'folder.missing' : 'folder.unreadable';
  return new FolderError(code, `${path}: ${systemCode(error) ?? 'unknown'}`, { cause: error, details: { path } });
}
