import { realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { ServedFolder, type ServedEntry } from '#node/transfers/index.ts';
import { errorCode, systemCode } from '#shared/errors.ts';
import { FolderError } from '#shared/files/index.ts';

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
/** Number of links whose targets are looked at at a time. */
const AT_A_TIME = 64;
/** System errors that mean that the file doesn't exist. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL', 'ENXIO', 'EISDIR']);

/**
 * Read-only access to one folder on disk, for folder forwards, through the reader of all shared folders (`ServedFolder`). Links that stay inside are
 * served, by the path to which they lead. The folder is opened for each request, so that it can be moved, and its disk removed.
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
    const served = await ServedFolder.open(path, privateFolders);
    await served.close();
    return new SharedFolder(served.path, privateFolders);
  }

  /**
   * Opens a file, or finds a folder.
   * @param names path relative to the shared folder, one name per level
   * @returns undefined if it does not exist or is not served
   * @throws {FolderError} `folder.unreadable`
   */
  async find(names: readonly string[]): Promise<Found | undefined> {
    return await this.#use(async (served) => {
      const below = await this.#resolve(names);
      if (below === undefined) return undefined;
      const { kind } = await served.facts(below);
      if (kind === 'folder') return { kind, path: join(this.#root, ...below) };
      const { handle, size, mtime, version } = await served.open(below);
      return { kind, handle, name: names.at(-1) ?? '', size, modified: Math.floor(mtime), version };
    });
  }

  /** Lists a folder: subfolders first, each group by name, with numbers in numeric order. */
  async list(path: string): Promise<FolderListing> {
    const listing = await this.#use(async (served) => {
      const names = this.#below(path);
      if (names === undefined) return undefined;
      const { entries: own, more } = await served.list(names, undefined, MOST_ENTRIES);
      const entries = own.map(listed);
      const links = await served.links(names, MOST_ENTRIES);
      for (let at = 0; at < links.length; at += AT_A_TIME) {
        const found = await Promise.all(
          links.slice(at, at + AT_A_TIME).map((name) => this.#linked(served, [...names, name])),
        );
        entries.push(...found.filter((entry) => entry !== undefined));
      }
      const order = new Intl.Collator('en', { numeric: true });
      entries.sort((a, b) => (a.kind === b.kind ? order.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
      return { entries: entries.slice(0, MOST_ENTRIES), isCut: more || entries.length > MOST_ENTRIES };
    });
    return listing ?? { entries: [], isCut: false };
  }

  /** Returns the entry of a link that stays inside. */
  async #linked(served: ServedFolder, names: readonly string[]): Promise<FolderEntry | undefined> {
    try {
      const below = await this.#resolve(names);
      return below === undefined ? undefined : listed({ name: names.at(-1) ?? '', ...(await served.facts(below)) });
    } catch {
      // Gone meanwhile, or a link to nothing.
      return undefined;
    }
  }

  /** Returns the path to which names lead, below the folder; undefined if it is outside. */
  async #resolve(names: readonly string[]): Promise<readonly string[] | undefined> {
    return this.#below(await realpath(join(this.#root, ...names)));
  }

  #below(path: string): readonly string[] | undefined {
    const below = relative(this.#root, path);
    if (below === '') return [];
    const names = below.split(sep);
    return isAbsolute(below) || names[0] === '..' ? undefined : names;
  }

  /** Uses the open folder. @returns undefined if there is nothing, or if the folder was replaced */
  async #use<Result>(work: (served: ServedFolder) => Promise<Result | undefined>): Promise<Result | undefined> {
    let served: ServedFolder | undefined;
    try {
      served = await ServedFolder.open(this.#root, this.#private);
      return served.path === this.#root ? await work(served) : undefined;
    } catch (error) {
      if (NOTHING.has(systemCode(error) ?? '') || MISSING.has(errorCode(error))) return undefined;
      const code = systemCode(error);
      if (code === 'EACCES' || code === 'EPERM' || errorCode(error) === 'file.unreadable')
        throw new FolderError('folder.unreadable', 'not readable', { cause: error, details: { path: this.#root } });
      throw error;
    } finally {
      await served?.close();
    }
  }
}

/** Codes of a path that leads to nothing, or to nothing that is served. */
const MISSING: ReadonlySet<string> = new Set(['file.missing', 'file.gone', 'folder.missing', 'folder.not-a-folder']);

function listed({ name, kind, size, mtime }: ServedEntry): FolderEntry {
  return { name, kind, size: kind === 'folder' ? null : size, modified: Math.floor(mtime) };
}
