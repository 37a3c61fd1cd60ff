import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  ftruncate,
  futimesSync,
  open as openFile,
  write,
} from 'node:fs';
import { link, lstat, mkdir, open, readdir, realpath, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '#shared/errors.ts';
import { FilesError, type IncomingFile, type IncomingFolder, type NameRules } from '#shared/files/index.ts';
import { DiskJournalFile } from '../files/index.ts';
import { SafeFolder } from './safe-folder.ts';
import { writeError } from './system-error.ts';
import { TargetNames } from './target-names.ts';

const openFd = promisify(openFile);
const writeFd = promisify(write);
const truncateFd = promisify(ftruncate);
const syncFd = promisify(fdatasync);

/** Folder with the parts of transfers, in each folder into which transfers go. */
export const INCOMING = '.incoming';
const TREE = 'tree';
/** Folder that is made to try out whether case counts. */
const PROBE = 'Probe';
/** Most attempts to open the folder of parts. */
const MOST_ATTEMPTS = 10;
/** Open folders that are kept, since the next entry is mostly in one of them. */
const MOST_OPEN = 64;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** System errors of a disk that knows no second name for a file. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
/** System errors that mean that something has the name. */
const TAKEN = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR']);

/** Rules for what is in a target folder already. */
export type TargetRules = Readonly<{
  /** Opens a folder there. @throws if files may not be put into it */
  enter(folder: SafeFolder, name: string): Promise<SafeFolder>;
  /** Checks that something there may be replaced. */
  requireName(folder: SafeFolder, name: string): Promise<void>;
  /** Checks that the target folder is where it was, so that nothing goes elsewhere with it. */
  requirePlace(folder: SafeFolder): Promise<void>;
}>;

/** Rules for a folder of which all may be replaced. */
const ANY: TargetRules = {
  enter: (folder, name) => folder.enter(name),
  requireName: async () => undefined,
  requirePlace: async () => undefined,
};

/** Folders of a transfer that are open: `home` has `.incoming`, and is the target folder or one around it on the same disk. */
type OpenFolders = Readonly<{ target: SafeFolder; home: SafeFolder }>;

/** Folder on the disk in which a transfer arrives: `.incoming/ID`, with its journal and the tree of its entries. */
export class DiskIncomingFolder implements IncomingFolder {
  readonly journal: DiskJournalFile;
  readonly rules: NameRules = RULES[process.platform] ?? 'posix';
  readonly folds: boolean;
  readonly home: string;
  readonly identity: string;
  readonly #home: SafeFolder;
  readonly #target: SafeFolder;
  readonly #targetNames: TargetNames;
  readonly #targetRules: TargetRules;
  readonly #tree: SafeFolder;
  /** Open folders below the tree by their paths, the one used last at the end. */
  readonly #open = new Map<string, { users: number; opening: Promise<SafeFolder> }>();

  private constructor(
    parts: OpenFolders &
      Readonly<{
        journal: DiskJournalFile;
        identity: string;
        folds: boolean;
        targetRules: TargetRules;
        tree: SafeFolder;
      }>,
  ) {
    this.journal = parts.journal;
    this.folds = parts.folds;
    this.home = parts.home.path;
    this.identity = parts.identity;
    this.#home = parts.home;
    this.#target = parts.target;
    this.#targetNames = new TargetNames(parts.target);
    this.#targetRules = parts.targetRules;
    this.#tree = parts.tree;
  }

  /** Opens the folder of a transfer in the target folder, and creates it. */
  static async open(folder: string, id: string): Promise<DiskIncomingFolder> {
    const target = await SafeFolder.open(await realpath(folder));
    return await DiskIncomingFolder.in({ target, home: target }, id);
  }

  /** Opens the folder of a transfer in open folders, which are closed with it, and creates it. */
  static async in({ target, home }: OpenFolders, id: string, targetRules = ANY): Promise<DiskIncomingFolder> {
    try {
      const all = await enterParts(home, id);
      try {
        const own = await all.enter(id);
        try {
          await own.make(TREE);
          const tree = await own.enter(TREE);
          // Folders of one disk can differ in this.
          const folds = home === target ? await foldsNames(own, PROBE) : await foldsNames(target, `.${PROBE}-${id}`);
          const journal = new DiskJournalFile(join(home.path, INCOMING, id, 'journal'));
          const identity = await home.identity();
          return new DiskIncomingFolder({ journal, identity, folds, target, home, targetRules, tree });
        } finally {
          await own.close();
        }
      } finally {
        await all.close();
      }
    } catch (error) {
      await target.close();
      if (home !== target) await home.close();
      throw error;
    }
  }

  get target(): string {
    return this.#target.itself;
  }

  async makeFolder(path: readonly string[]): Promise<void> {
    try {
      await this.#within(path.slice(0, -1), (folder) => folder.make(path.at(-1) ?? ''));
    } catch (error) {
      throw writeError(error);
    }
  }

  async openFile(path: readonly string[], fresh: boolean): Promise<IncomingFile> {
    try {
      return await this.#within(path.slice(0, -1), async (folder) => {
        await folder.check();
        const file = new DiskIncomingFile(await openPart(folder.at(path.at(-1) ?? ''), fresh));
        await folder.check().catch(async (error: unknown) => {
          await file.close();
          throw error;
        });
        return file;
      });
    } catch (error) {
      throw writeError(error);
    }
  }

  async sizeOf(path: readonly string[]): Promise<number | undefined> {
    try {
      const facts = await this.#within(path.slice(0, -1), (folder) => lstat(folder.at(path.at(-1) ?? '')));
      return facts.isFile() ? facts.size : undefined;
    } catch {
      return undefined;
    }
  }

  async removeFile(path: readonly string[]): Promise<void> {
    try {
      await this.#within(path.slice(0, -1), async (folder) => {
        await folder.check();
        await unlink(folder.at(path.at(-1) ?? ''));
      });
    } catch (error) {
      const converted = writeError(error);
      // Nothing can have a name that the file system doesn't take.
      if (systemCode(error) !== 'ENOENT' && converted.code !== 'file.name') throw converted;
    }
  }

  async finishFolder(path: readonly string[], mtime: number): Promise<void> {
    try {
      await this.#within(path, async (folder) => {
        await folder.sync();
        await folder.setTime(mtime);
      });
    } catch (error) {
      throw writeError(error);
    }
  }

  async syncNames(): Promise<void> {
    try {
      await this.#tree.sync();
    } catch (error) {
      throw writeError(error);
    }
  }

  async place(name: string, kind: 'file' | 'folder', as: string): Promise<boolean> {
    try {
      await this.#tree.check();
      await this.#target.check();
      await this.#targetRules.requirePlace(this.#target);
      const from = this.#tree.at(name);
      const to = this.#target.at(as);
      return kind === 'file' ? await placeFile(from, to) : await placeFolder(from, to);
    } catch (error) {
      if (TAKEN.has(systemCode(error) ?? '')) return false;
      throw writeError(error);
    }
  }

  async replace(name: string, kind: 'file' | 'folder', signal: AbortSignal): Promise<string> {
    try {
      await this.#tree.check();
      await this.#target.check();
      await this.#targetRules.requirePlace(this.#target);
      const merge = { rules: this.#targetRules, signal };
      return kind === 'file'
        ? await replaceFile(this.#tree, this.#targetNames, name, merge)
        : await mergeFolder(this.#tree, this.#targetNames, name, merge);
    } catch (error) {
      if (signal.aborted) throw error;
      if (TAKEN.has(systemCode(error) ?? ''))
        throw new FilesError('file.exists', 'something else has the name', { cause: error, details: { path: name } });
      throw writeError(error);
    }
  }

  async existing(
    path: readonly string[],
  ): Promise<Readonly<{ kind: 'file' | 'other'; size: number; mtime: number }> | undefined> {
    const opened: SafeFolder[] = [];
    try {
      let folder = this.#target;
      for (const name of path.slice(0, -1)) {
        folder = await this.#targetRules.enter(folder, name);
        opened.push(folder);
      }
      const facts = await lstat(folder.at(path.at(-1) ?? ''));
      return { kind: facts.isFile() ? 'file' : 'other', size: facts.size, mtime: facts.mtimeMs };
    } catch {
      return undefined;
    } finally {
      for (const folder of opened) await folder.close();
    }
  }

  async isPlaced(name: string, kind: 'file' | 'folder', as: string): Promise<boolean> {
    const from = await lstat(this.#tree.at(name), { bigint: true }).catch(() => undefined);
    const to = await lstat(this.#target.at(as), { bigint: true }).catch(() => undefined);
    if (to === undefined) return false;
    if (kind === 'folder') return from === undefined && to.isDirectory();
    return from === undefined || (from.ino === to.ino && from.dev === to.dev);
  }

  async syncTarget(): Promise<void> {
    try {
      await this.#target.sync();
    } catch (error) {
      throw writeError(error);
    }
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { opening } of open) await opening.then((one) => one.close()).catch(() => undefined);
    await this.#tree.close().catch(() => undefined);
    await this.#target.close().catch(() => undefined);
    if (this.#home !== this.#target) await this.#home.close().catch(() => undefined);
    await this.journal.close().catch(() => undefined);
  }

  /** Uses a folder below the tree. It stays open meanwhile. */
  async #within<Result>(path: readonly string[], use: (folder: SafeFolder) => Promise<Result>): Promise<Result> {
    if (path.length === 0) return await use(this.#tree);
    const key = path.join('/');
    const known = this.#open.get(key);
    const one = known ?? {
      users: 0,
      opening: this.#within(path.slice(0, -1), (parent) => parent.enter(path.at(-1) ?? '')),
    };
    one.users += 1;
    // The one used last is at the end.
    this.#open.delete(key);
    this.#open.set(key, one);
    try {
      return await use(await one.opening);
    } catch (error) {
      if (await isFailed(one.opening)) this.#open.delete(key);
      throw error;
    } finally {
      one.users -= 1;
      if (this.#open.size > MOST_OPEN) await this.#closeOldest();
    }
  }

  async #closeOldest(): Promise<void> {
    for (const [key, { users, opening }] of this.#open) {
      if (users > 0) continue;
      this.#open.delete(key);
      await (await opening).close();
      return;
    }
  }
}

async function isFailed(opening: Promise<unknown>): Promise<boolean> {
  return await opening.then(
    () => false,
    () => true,
  );
}

/** Rules for names by operating system; `posix` for all others. */
export const RULES: Readonly<Partial<Record<NodeJS.Platform, NameRules>>> = { win32: 'windows', darwin: 'macos' };

/**
 * Open file of a transfer that arrives. What may wait for the disk is done in another thread; its time and its end need none, which counts for many small
 * files.
 */
class DiskIncomingFile implements IncomingFile {
  readonly #fd: number;
  #isOpen = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await converted(async () => {
      for (let written = 0; written < bytes.length;) {
        const { bytesWritten } = await writeFd(this.#fd, bytes, written, bytes.length - written, position + written);
        written += bytesWritten;
      }
    });
  }

  async truncate(size: number): Promise<void> {
    await converted(async () => await truncateFd(this.#fd, size));
  }

  async sync(): Promise<void> {
    await converted(async () => await syncFd(this.#fd));
  }

  async finish({ mtime, exec }: Readonly<{ mtime: number; exec: boolean }>): Promise<void> {
    await converted(async () => {
      if (exec) fchmodSync(this.#fd, 0o700 & ~UMASK);
      futimesSync(this.#fd, mtime / 1000, mtime / 1000);
    });
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }
}

const UMASK = process.umask();

/** Opens a part for writing, which must be a file of this transfer alone, and creates it if it isn't there. */
async function openPart(path: string, fresh: boolean): Promise<number> {
  const flags = constants.O_RDWR | NO_FOLLOW | (constants.O_NONBLOCK ?? 0);
  try {
    return await openFd(path, flags | constants.O_CREAT | constants.O_EXCL, 0o600);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const fd = await openFd(path, flags, 0o600);
  try {
    const facts = fstatSync(fd);
    // A second name would let another program's file be written to.
    if (!facts.isFile() || facts.nlink !== 1) throw new FilesError('file.disk', 'a part of the transfer was replaced');
    if (fresh) await truncateFd(fd, 0);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

async function converted(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw writeError(error);
  }
}

/**
 * Gives a file its place by a second name, which fails if the name is taken; then removes the first one. On a disk without second names it takes the
 * place of an empty file that was made for it.
 */
export async function placeFile(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINKS.has(systemCode(error) ?? '')) throw error;
    const placeholder = await open(to, 'wx', 0o600);
    try {
      const [made, named] = [await placeholder.stat(), await lstat(to)];
      if (named.ino !== made.ino || named.size !== 0) return false;
      await rename(from, to);
      return true;
    } finally {
      await placeholder.close();
    }
  }
  await unlink(from);
  return true;
}

/** Moves a folder over an empty one that was made for it, which fails if the name is taken or if someone puts something into it. */
export async function placeFolder(from: string, to: string): Promise<boolean> {
  // Windows renames over no folder at all.
  if (process.platform === 'win32') {
    if ((await lstat(to).catch(() => undefined)) !== undefined) return false;
    await rename(from, to);
    return true;
  }
  await mkdir(to, { mode: 0o700 });
  try {
    await rename(from, to);
  } catch (error) {
    await rmdir(to).catch(() => undefined);
    throw error;
  }
  return true;
}

/** Opens the folder of all transfers, with one for this transfer in it. Another one that ends may remove it at that moment. */
async function enterParts(home: SafeFolder, id: string): Promise<SafeFolder> {
  for (let attempt = 1; ; attempt += 1) {
    await home.make(INCOMING);
    let all: SafeFolder | undefined;
    try {
      all = await home.enter(INCOMING);
      await all.make(id);
      return all;
    } catch (error) {
      await all?.close();
      if (systemCode(error) !== 'ENOENT' || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Way of moving files over those of a target folder. The signal ends it before the next file. */
type Merge = Readonly<{ rules: TargetRules; signal: AbortSignal }>;

/** Moves a file over one of the same name. A link of that name is replaced, not followed. @returns its name there: what is replaced keeps its own */
async function replaceFile(
  from: SafeFolder,
  names: TargetNames,
  name: string,
  { rules, signal }: Merge,
): Promise<string> {
  const { folder: to } = names;
  const there = await lstat(to.at(name)).catch(() => undefined);
  if (there?.isDirectory() === true)
    throw new FilesError('file.exists', 'a folder has the name', { details: { path: name } });
  const as = there === undefined ? name : await names.nameOf(name, there);
  if (there !== undefined) await rules.requireName(to, as);
  // Cancelled, or the right was taken away: nothing more goes there.
  signal.throwIfAborted();
  await rename(from.at(name), to.at(as));
  return as;
}

/** Moves a folder, file by file where there is one of that name already. @returns its name there */
async function mergeFolder(from: SafeFolder, names: TargetNames, name: string, merge: Merge): Promise<string> {
  const { folder: to } = names;
  const there = await lstat(to.at(name)).catch(() => undefined);
  if (there === undefined) {
    merge.signal.throwIfAborted();
    await placeFolder(from.at(name), to.at(name));
    return name;
  }
  if (!there.isDirectory()) throw new FilesError('file.exists', 'no folder has the name', { details: { path: name } });
  const as = await names.nameOf(name, there);
  const source = await from.enter(name);
  try {
    const target = await merge.rules.enter(to, as);
    try {
      const below = new TargetNames(target);
      for (const entry of await readdir(source.itself, { withFileTypes: true })) {
        if (entry.isDirectory()) await mergeFolder(source, below, entry.name, merge);
        else await replaceFile(source, below, entry.name, merge);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  await rmdir(from.at(name));
  return as;
}

/** Reports whether a folder takes names in upper and lower case for the same one. @param probe name of a folder that is made in it for a moment */
async function foldsNames(folder: SafeFolder, probe: string): Promise<boolean> {
  await folder.make(probe);
  try {
    return (await lstat(folder.at(probe.toUpperCase())).catch(() => undefined)) !== undefined;
  } finally {
    // Only the empty one that was made here.
    await rmdir(folder.at(probe)).catch(() => undefined);
  }
}
