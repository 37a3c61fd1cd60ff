import { createHash, randomBytes } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { lstat, mkdir, open, opendir, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import { systemCode } from '#shared/errors.ts';
import {
  CHUNK,
  cleanFileName,
  FilesError,
  FolderError,
  MOST_LISTED,
  type SourceEntry,
  type SourceFile,
} from '#shared/files/index.ts';
import { placeFile, placeFolder, RULES, type TargetRules } from './incoming-folder.ts';
import { identityOf, SafeFolder } from './safe-folder.ts';
import { openSource } from './source-disk.ts';
import { versionOf } from './source-entry.ts';
import { readError, writeError } from './system-error.ts';
import { isServedName, mayBeAlias } from './served-names.ts';
import { TreeWalk, type TreeReader } from './tree-walk.ts';
import { isPseudo } from './pseudo-file-system.ts';
import { PrivatePlaces } from './private-places.ts';

/** File or folder as a listing shows it. `size` in bytes, 0 for a folder; `mtime`: ms since 1970. */
export type ServedEntry = Readonly<{ name: string; kind: 'file' | 'folder'; size: number; mtime: number }>;
/** Part of a listing, sorted by name. */
export type ServedPage = Readonly<{
  entries: readonly ServedEntry[];
  /** True if there are further entries after these. */
  more: boolean;
}>;
/** Open file; the caller closes the handle. `version` is different after each change. */
export type ServedFile = Readonly<{ handle: FileHandle; size: number; mtime: number; version: string }>;

/** Folder for what was removed, at the top of a shared one. Its name is hidden, so it is never served. */
const TRASH = '.clawreach-trash';
const TRASHED = /^(\d{13})-[0-9a-f]{8}$/;
/** Flags that neither block on a pipe nor follow a symbolic link. Windows lacks them. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
/** Number of entries whose facts are read at a time. */
const AT_A_TIME = 64;
/** Time for which the names of a listing are kept for its next part, ms. */
const LISTING_MEMORY = 30_000;
/** System errors that mean that there is no such file or folder. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL', 'ENXIO', 'EISDIR']);

/**
 * Folder of this machine of which others see and change what is in it, and nothing else. Every path is entered name by name from the open folder, without
 * following a link (`SafeFolder`). Hidden names, devices, links and private folders are as if they weren't there.
 */
export class ServedFolder {
  /** Real path of the folder. */
  readonly path: string;
  readonly #root: SafeFolder;
  readonly #private: PrivatePlaces;
  /** Device of the folder. What is on it isn't made up by the system. */
  readonly #device: bigint;
  /** Names of the folder that was listed last. */
  #listed: Readonly<{ key: string; at: number; names: readonly string[] }> | undefined;

  private constructor(root: SafeFolder, device: bigint, privatePlaces: PrivatePlaces) {
    this.path = root.path;
    this.#device = device;
    this.#root = root;
    this.#private = privatePlaces;
  }

  /**
   * Opens the folder. It stays open until `close`.
   * @param privateFolders folders that are never served, even inside it
   * @throws {FolderError} `folder.relative`, `folder.missing`, `folder.not-a-folder`, `folder.unreadable`, `folder.private`
   */
  static async open(path: string, privateFolders: readonly string[]): Promise<ServedFolder> {
    if (!isAbsolute(path)) throw new FolderError('folder.relative', 'not an absolute path', { details: { path } });
    const fail = (error: unknown): never => {
      throw startError(path, error);
    };
    const real = await realpath(path).catch(fail);
    if (!(await stat(real).catch(fail)).isDirectory())
      throw new FolderError('folder.not-a-folder', `${path} is no folder`, { details: { path } });
    const root = await SafeFolder.open(real).catch(fail);
    try {
      if (!(await root.isInPlace().catch(() => false)))
        throw new FolderError('folder.missing', `${path} was replaced`, { details: { path } });
      if (await isPseudo(root.itself).catch(fail))
        throw new FolderError('folder.unreadable', 'the system makes its files up', { details: { path } });
      await (await opendir(root.itself).catch(fail)).close();
      const places = await PrivatePlaces.open(privateFolders);
      if (places.hold(real) || places.isFolder(await root.identity()))
        throw new FolderError('folder.private', 'holds keys of this device', { details: { path } });
      return new ServedFolder(root, (await stat(root.itself, { bigint: true })).dev, places);
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  /** Reports whether it is still at its path, and nothing else. */
  async isInPlace(): Promise<boolean> {
    return await this.#root.isInPlace().catch(() => false);
  }

  /** Returns the facts of a file or folder. @throws {FilesError} `file.missing`, `file.unreadable` */
  async facts(names: readonly string[]): Promise<Omit<ServedEntry, 'name'>> {
    return await this.#read(names, async () => {
      const found = await this.#look(names);
      return { kind: found.isDirectory() ? 'folder' : 'file', ...sizeAndTime(found) };
    });
  }

  /** Opens a file for reading. @throws {FilesError} `file.missing`, `file.unreadable` */
  async open(names: readonly string[]): Promise<ServedFile> {
    return await this.#read(names, async () =>
      this.#within(names.slice(0, -1), async (folder) => {
        const at = await this.#fileIn(folder, names.at(-1) ?? '');
        const handle = await open(at, READ);
        try {
          const facts = await handle.stat({ bigint: true });
          await this.#requireServedFile(folder, at, facts);
          return { handle, ...sizeAndTime(facts), version: versionOf(facts) };
        } catch (error) {
          await handle.close();
          throw error;
        }
      }),
    );
  }

  /** Opens a file that is sent. @throws {FilesError} `file.missing`, `file.gone`, `file.unreadable` */
  async openSource(names: readonly string[]): Promise<SourceFile> {
    return await this.#read(names, async () =>
      this.#within(names.slice(0, -1), async (folder) => {
        const at = await this.#fileIn(folder, names.at(-1) ?? '');
        // Its folder is checked before and after.
        await folder.check();
        const file = await openSource(at, { isReached: true });
        try {
          const facts = await lstat(at, { bigint: true });
          await this.#requireServedFile(folder, at, facts);
          if (identityPart(versionOf(facts)) !== identityPart(file.opened.version)) throw missing(names);
          return file;
        } catch (error) {
          await file.close();
          throw error;
        }
      }),
    );
  }

  /**
   * Lists a folder, sorted by name.
   * @param after name after which the part begins; undefined for the first one
   * @param most number of entries of the part
   * @throws {FilesError} `file.missing`, `file.unreadable`
   */
  async list(names: readonly string[], after: string | undefined, most: number): Promise<ServedPage> {
    return await this.#read(names, async () =>
      this.#within(names, async (folder) => {
        const all = await this.#namesOf(folder, names.join('/'), after !== undefined);
        const start = after === undefined ? 0 : firstAfter(all, after);
        const some = all.slice(start, start + most);
        const entries: ServedEntry[] = [];
        for (let at = 0; at < some.length; at += AT_A_TIME) {
          const looked = await Promise.all(some.slice(at, at + AT_A_TIME).map((name) => this.#entryIn(folder, name)));
          entries.push(...looked.filter((entry) => entry !== undefined));
        }
        await folder.check();
        return { entries, more: start + most < all.length };
      }),
    );
  }

  /** Returns the names of symbolic links in a folder, which are served under no path of their own. @throws as `list` */
  async links(names: readonly string[], most: number): Promise<readonly string[]> {
    return await this.#read(names, async () =>
      this.#within(names, async (folder) => {
        const links: string[] = [];
        for await (const entry of await opendir(folder.itself)) {
          if (entry.isSymbolicLink() && isServedName(entry.name)) links.push(entry.name);
          if (links.length >= most) break;
        }
        await folder.check();
        return links;
      }),
    );
  }

  /**
   * Lists a file or folder and everything in it that is served, each folder before its contents.
   * @param as name of the first entry
   * @returns number of hidden names, links, devices and others that are left out
   * @throws {FilesError} `file.missing`, `file.unreadable`, `file.too-many`
   */
  async listTree(
    names: readonly string[],
    as: string,
    each: (entry: SourceEntry) => Promise<void> | void,
    signal: AbortSignal,
  ): Promise<{ leftOut: number }> {
    const reader: TreeReader = {
      enter: async (folder, name) => await this.#enter(folder, name),
      names: async (folder) => await folder.names(),
      look: async (folder, name) => await this.#factsIn(folder, name),
    };
    const walk = new TreeWalk(reader, each, signal);
    await this.#read(names, async () => {
      const top = await walk.top(as, await this.#look(names));
      if (top === undefined) throw missing(names);
      if (top.kind === 'folder') await walk.inside(await this.openFolder(names), top);
    });
    return { leftOut: walk.leftOut };
  }

  /** Returns the SHA-256 hash of a file's contents. @throws {FilesError} `file.missing`, `file.unreadable` */
  async hash(names: readonly string[], signal: AbortSignal): Promise<Uint8Array> {
    const { handle } = await this.open(names);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafeSlow(CHUNK);
      for (let position = 0; ;) {
        signal.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
        if (bytesRead === 0) return hash.digest();
        hash.update(buffer.subarray(0, bytesRead));
        position += bytesRead;
      }
    } catch (error) {
      throw signal.aborted ? error : readError(error);
    } finally {
      await handle.close();
    }
  }

  /** Opens a folder, for files that are put into it. The caller closes it. @throws {FilesError} `file.missing`, `file.unreadable` */
  async openFolder(names: readonly string[]): Promise<SafeFolder> {
    return await this.#read(names, async () => {
      let folder = await this.#root.again();
      for (const name of names) {
        const parent = folder;
        try {
          folder = await this.#enter(parent, name);
        } finally {
          await parent.close();
        }
      }
      return folder;
    });
  }

  /** Rules for files that are put into a folder of it: nothing that isn't served is entered or replaced. They hold after it is closed. */
  get targetRules(): TargetRules {
    return {
      enter: async (folder, name) => await this.#enter(folder, name),
      requireName: async (folder, name) => await this.#requireName(folder, name),
      requirePlace: async (folder) => {
        if (!(await folder.isInPlace().catch(() => false))) throw missing([basename(folder.path)]);
      },
    };
  }

  /** Creates a folder. @throws {FilesError} `file.exists`, `file.name`, `file.missing`, `file.disk` */
  async makeFolder(names: readonly string[]): Promise<void> {
    await this.#change(names, async (folder, name) => {
      requireNewName(name);
      await mkdir(folder.at(name), { mode: 0o700 });
      await folder.sync();
    });
  }

  /** Renames or moves a file or folder. Nothing is replaced. @throws {FilesError} `file.exists`, `file.name`, `file.missing`, `file.disk` */
  async rename(names: readonly string[], to: readonly string[]): Promise<void> {
    await this.#change(names, async (folder, name) => {
      const kind = await this.#requireMovable(folder, name, names);
      await this.#change(to, async (target, newName) => {
        requireNewName(newName);
        const from = folder.at(name);
        const place = kind === 'file' ? placeFile : placeFolder;
        if (!(await place(from, target.at(newName))))
          throw new FilesError('file.exists', 'something has that name', { details: { path: to.join('/') } });
        await target.sync();
      });
      await folder.sync();
    });
  }

  /** Moves a file or folder into the trash of the shared folder. @param now ms since 1970 @throws as `rename` */
  async remove(names: readonly string[], now: number): Promise<void> {
    await this.#change(names, async (folder, name) => {
      await this.#requireMovable(folder, name, names);
      await this.#root.make(TRASH);
      const trash = await this.#root.enter(TRASH);
      try {
        const place = `${String(Math.floor(now)).padStart(13, '0')}-${randomBytes(4).toString('hex')}`;
        await trash.make(place);
        const own = await trash.enter(place);
        try {
          await rename(folder.at(name), own.at(name));
          // On the disk there before it is gone here.
          await own.sync();
          await trash.sync();
          await this.#root.sync();
        } finally {
          await own.close();
        }
      } finally {
        await trash.close();
      }
      await folder.sync();
    });
  }

  /** Returns the device and inode of the folder. */
  async identity(): Promise<string> {
    return await this.#root.identity();
  }

  /**
   * Removes for good what has been in the trash since before this time, ms since 1970.
   * @returns false if nothing is left in it
   */
  async emptyTrash(before: number): Promise<boolean> {
    const trash = await this.#root.enter(TRASH).catch(() => undefined);
    if (trash === undefined) return false;
    try {
      for (const place of await readdir(trash.itself)) {
        const [, at] = TRASHED.exec(place) ?? [];
        // What can't be removed doesn't keep the rest.
        if (at !== undefined && Number(at) < before)
          await rm(trash.at(place), { recursive: true, force: true }).catch(() => undefined);
      }
      return (await readdir(trash.itself)).some((place) => TRASHED.test(place));
    } finally {
      await trash.close();
    }
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  /** Uses the folder at a path, which is open meanwhile. */
  async #within<Result>(names: readonly string[], use: (folder: SafeFolder) => Promise<Result>): Promise<Result> {
    const opened: SafeFolder[] = [];
    try {
      let folder = this.#root;
      for (const name of names) {
        folder = await this.#enter(folder, name);
        opened.push(folder);
      }
      return await use(folder);
    } finally {
      for (const folder of opened) await folder.close();
    }
  }

  /** Opens a folder in another one, if it is served. */
  async #enter(folder: SafeFolder, name: string): Promise<SafeFolder> {
    await this.#requireName(folder, name);
    const next = await folder.enter(name);
    try {
      const identity = await next.identity();
      if (!this.#private.isFolder(identity) && !(await this.#isMadeUp(next.itself, identity))) return next;
    } catch (error) {
      await next.close();
      throw error;
    }
    await next.close();
    throw missing([name]);
  }

  /** Reports whether a file or folder is one that the system makes up, such as those of `/proc`. */
  async #isMadeUp(path: string, identity: string): Promise<boolean> {
    return !identity.startsWith(`${this.#device}:`) && (await isPseudo(path));
  }

  async #look(names: readonly string[]): Promise<BigIntStats> {
    if (names.length === 0) return await stat(this.#root.itself, { bigint: true });
    return await this.#within(names.slice(0, -1), async (folder) => {
      const name = names.at(-1) ?? '';
      await this.#requireName(folder, name);
      const facts = await this.#factsIn(folder, name);
      if (facts === undefined) throw missing(names);
      return facts;
    });
  }

  /** Returns the path to a file in an open folder. */
  async #fileIn(folder: SafeFolder, name: string): Promise<string> {
    await this.#requireName(folder, name);
    const at = folder.at(name);
    // To open a device may do something.
    if ((await this.#factsIn(folder, name))?.isFile() !== true) throw missing([name]);
    return at;
  }

  /** Checks an open file against what its name leads to now, outside of Linux, and that it is none of this device's own. */
  async #requireServedFile(folder: SafeFolder, at: string, facts: BigIntStats): Promise<void> {
    if (!facts.isFile()) throw missing([at]);
    await folder.check();
    if (identityOf(await lstat(at, { bigint: true })) !== identityOf(facts)) throw missing([at]);
    if (facts.nlink > 1n && (await this.#private.isFile(identityOf(facts)))) throw missing([at]);
  }

  /** Returns the facts of an entry that is served; undefined for any other. */
  async #factsIn(folder: SafeFolder, name: string): Promise<BigIntStats | undefined> {
    if (!isServedName(name)) return undefined;
    try {
      const facts = await lstat(folder.at(name), { bigint: true });
      const isServed = facts.isFile() || facts.isDirectory();
      if (!isServed || (await this.#isMadeUp(folder.at(name), identityOf(facts)))) return undefined;
      if (facts.isFile()) return facts;
      return facts.isDirectory() && !this.#private.isFolder(identityOf(facts)) ? facts : undefined;
    } catch {
      return undefined;
    }
  }

  async #entryIn(folder: SafeFolder, name: string): Promise<ServedEntry | undefined> {
    const facts = await this.#factsIn(folder, name);
    return facts === undefined
      ? undefined
      : { name, kind: facts.isDirectory() ? 'folder' : 'file', ...sizeAndTime(facts) };
  }

  /** Returns the served names in a folder, sorted. */
  async #namesOf(folder: SafeFolder, key: string, isNext: boolean): Promise<readonly string[]> {
    const now = performance.now();
    if (isNext && this.#listed?.key === key && now - this.#listed.at < LISTING_MEMORY) return this.#listed.names;
    const names: string[] = [];
    for await (const entry of await opendir(folder.itself, { bufferSize: 1024 })) {
      const { name } = entry;
      // Links and devices would leave parts of a listing empty.
      if (!isServedName(name) || !(entry.isFile() || entry.isDirectory())) continue;
      names.push(name);
      if (names.length >= MOST_LISTED) break;
    }
    names.sort();
    this.#listed = { key, at: now, names };
    return names;
  }

  /** Checks that a name is served, and that it is the very name of an entry where a file system knows others for it. */
  async #requireName(folder: SafeFolder, name: string): Promise<void> {
    if (!isServedName(name)) throw missing([name]);
    const isExact =
      process.platform === 'linux'
        ? !mayBeAlias(name) || (await readdir(folder.itself)).includes(name)
        : basename(await realpath(folder.at(name))) === name;
    if (!isExact) throw missing([name]);
  }

  /** Checks that an entry can be moved. */
  async #requireMovable(folder: SafeFolder, name: string, names: readonly string[]): Promise<'file' | 'folder'> {
    await this.#requireName(folder, name);
    const facts = await this.#factsIn(folder, name);
    if (facts === undefined) throw missing(names);
    if (facts.isFile()) return 'file';
    // The keys of this device stay where they are.
    if (this.#private.areIn(identityOf(facts)))
      throw new FilesError('file.name', 'this folder has to stay where it is', { details: { path: names.join('/') } });
    return 'folder';
  }

  async #read<Result>(names: readonly string[], work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FilesError && error.code !== 'file.disk') throw error;
      if (error instanceof FilesError || NOTHING.has(systemCode(error) ?? '')) throw missing(names, error);
      if (systemCode(error) === undefined) throw error;
      throw readError(error);
    }
  }

  async #change(names: readonly string[], work: (folder: SafeFolder, name: string) => Promise<void>): Promise<void> {
    const name = names.at(-1);
    if (name === undefined) throw new FilesError('file.name', 'the shared folder itself stays');
    this.#listed = undefined;
    try {
      await this.#within(names.slice(0, -1), async (folder) => {
        await folder.check();
        await work(folder, name);
      });
    } catch (error) {
      if (error instanceof FilesError) throw error;
      const code = systemCode(error) ?? '';
      if (code === 'EEXIST' || code === 'ENOTEMPTY')
        throw new FilesError('file.exists', 'something has that name', {
          cause: error,
          details: { path: names.join('/') },
        });
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') throw missing(names, error);
      throw writeError(error);
    }
  }
}

function missing(names: readonly string[], cause?: unknown): FilesError {
  const path = names.join('/');
  return new FilesError('file.missing', `${path} is not there`, { cause, details: { path } });
}

/** Checks the name of something new. @throws {FilesError} `file.name` */
function requireNewName(name: string): void {
  if (!isServedName(name) || cleanFileName(name, RULES[process.platform] ?? 'posix', true) !== name)
    throw new FilesError('file.name', 'this name is not allowed', { details: { path: name } });
}

/** Returns the index of the first name after another one. */
function firstAfter(names: readonly string[], after: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the device and inode in a version. */
function identityPart(version: string): string {
  return version.split('-', 2).join('-');
}

function sizeAndTime(facts: BigIntStats): Readonly<{ size: number; mtime: number }> {
  return {
    size: facts.isDirectory() ? 0 : Number(facts.size),
    mtime: Math.min(Math.max(0, Number(facts.mtimeMs)), 8.64e15),
  };
}

function startError(path: string, error: unknown): FolderError {
  if (error instanceof FolderError) return error;
  const code = NOTHING.has(systemCode(error) ?? 'unknown') ? 'folder.missing' : 'folder.unreadable';
  return new FolderError(code, `${path}: ${systemCode(error) ?? 'unknown'}`, { cause: error, details: { path } });
}
