import {
  FilesError,
  nameKey,
  numberedName,
  PAGE_OPEN_FILES,
  PAGE_OPEN_PARTS,
  type IncomingFile,
  type IncomingFolder,
} from '#shared/files/index.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { MadeEntry, PickedPlace } from '../pick-channel/index.ts';
import { HandleWriter, MemoryWriter, writing, type Writer } from './writers.ts';

/** Most names that are tried at the top of a picked folder. */
const MOST_NAMES = 10_000;

export type PlaceFolderOptions = Readonly<{
  /** Path that stands for the place. */
  path: string;
  place: PickedPlace;
  /** Names that other transfers into the same folder have taken. */
  taken: Set<string>;
  /** Has the browser save a file, whose contents are whole. */
  save(name: string, file: Blob): Promise<void>;
  /** Called when the transfer has made an entry in the picked folder, or has removed it. @param path names there, from the top */
  note(path: MadeEntry, isThere: boolean): void;
}>;

/**
 * Place for one transfer to this browser. It lasts over all attempts, with its journal, as long as the page: what came before a link was lost isn't sent again.
 * Names follow the strictest rules, as a page doesn't know the disk. In a picked folder nothing is replaced: the top gets a free name at once, since browsers
 * move no folders. A file that was picked by itself, or is held in memory, takes nothing but one file.
 */
export class PlaceFolder implements IncomingFolder {
  readonly journal = new MemoryJournal();
  readonly rules = 'windows';
  readonly home: string;
  readonly target: string;
  readonly identity = 'page';
  readonly folds = true;
  readonly #options: PlaceFolderOptions;
  readonly #writers = new Map<string, Promise<Writer>>();
  readonly #sizes = new Map<string, number>();
  /** Names that the tops have in the picked folder, by their own. */
  readonly #tops = new Map<string, Promise<string>>();
  readonly #placed = new Set<string>();
  /** Folders that are open, by their paths. */
  readonly #folders = new Map<string, FileSystemDirectoryHandle>();
  /** Paths of what this transfer has made in the picked folder, folders before what is in them. */
  readonly #made = new Map<string, readonly string[]>();

  constructor(options: PlaceFolderOptions) {
    this.#options = options;
    this.home = options.path;
    this.target = options.path;
  }

  async makeFolder(path: readonly string[]): Promise<void> {
    await this.#folder(path);
  }

  async openFile(path: readonly string[], fresh: boolean): Promise<IncomingFile> {
    const key = path.join('/');
    const isOpen = this.#writers.has(key);
    // Each is a file of the browser's that stays open. A machine that keeps to the rules has far fewer under way.
    if (!isOpen && this.#writers.size >= PAGE_OPEN_FILES)
      throw new FilesError('file.protocol', 'too many files were begun');
    const opening = this.#writers.get(key) ?? this.#open(path);
    // The one that was used last is the last.
    this.#writers.delete(key);
    this.#writers.set(key, opening);
    const writer = await opening.catch((error: unknown) => {
      this.#writers.delete(key);
      throw error;
    });
    const noteSize = (): void => void this.#sizes.set(key, writer.size);
    if (fresh && isOpen) await writer.truncate(0);
    noteSize();
    return {
      write: async (bytes, position) => {
        await writer.write(bytes, position);
        noteSize();
      },
      truncate: async (size) => {
        await writer.truncate(size);
        noteSize();
      },
      sync: () => Promise.resolve(),
      finish: async () => {
        noteSize();
        // A file by itself is finished in its place: a person sees nothing of it before.
        if (this.#options.place.kind !== 'folder') return;
        await writer.finish();
        this.#writers.delete(key);
      },
      // What isn't whole goes on in the next attempt.
      close: () => Promise.resolve(),
    };
  }

  async giveUp(path: readonly string[]): Promise<void> {
    await this.#discard(path.join('/'));
  }

  sizeOf(path: readonly string[]): Promise<number | undefined> {
    return Promise.resolve(this.#sizes.get(path.join('/')));
  }

  async removeFile(path: readonly string[]): Promise<void> {
    const key = path.join('/');
    await this.#discard(key);
    this.#sizes.delete(key);
    await this.#remove(key);
  }

  finishFolder(): Promise<void> {
    return Promise.resolve();
  }

  syncNames(): Promise<void> {
    return Promise.resolve();
  }

  async place(name: string, kind: 'file' | 'folder', as: string): Promise<boolean> {
    const { place, save } = this.#options;
    if (place.kind === 'folder') {
      if ((await this.#tops.get(name)) !== as) return false;
    } else {
      const writer = kind === 'file' ? await this.#writers.get(name) : undefined;
      if (writer === undefined) throw notOneFile();
      await writer.finish();
      if (writer instanceof MemoryWriter) await save(as, writer.contents);
      this.#writers.delete(name);
    }
    this.#placed.add(name);
    return true;
  }

  replace(): Promise<string> {
    return Promise.reject(new FilesError('file.refused', 'nothing here is replaced'));
  }

  existing(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  isPlaced(name: string): Promise<boolean> {
    return Promise.resolve(this.#placed.has(name));
  }

  syncTarget(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends an attempt: gives up all parts but those that were written last. The next attempt looks which are still there. */
  async close(): Promise<void> {
    const keys = [...this.#writers.keys()];
    for (const key of keys.slice(0, -PAGE_OPEN_PARTS)) await this.removeFile(key.split('/'));
  }

  /** Removes what the agent of another tab has made for this transfer, of which nothing else is known. Called before anything else. Never rejects. */
  async removeEarlier(made: readonly MadeEntry[]): Promise<void> {
    for (const path of made) {
      const [top = ''] = path;
      this.#made.set(path.join('/'), path);
      this.#tops.set(top, Promise.resolve(top));
    }
    await this.discard();
    this.#tops.clear();
    this.#folders.clear();
  }

  /** Removes what isn't in its place. Never rejects. */
  async discard(): Promise<void> {
    for (const key of this.#writers.keys()) await this.#discard(key);
    for (const [key, path] of [...this.#made].toReversed())
      if (!this.#placed.has(path[0] ?? '')) await this.#remove(key);
  }

  /** Removes what this transfer has made; a folder only if nothing else is in it. Never rejects. */
  async #remove(key: string): Promise<void> {
    const path = this.#made.get(key);
    this.#made.delete(key);
    if (path === undefined) return;
    try {
      const folder = await this.#folder(path.slice(0, -1));
      await folder.removeEntry(await this.#nameOf(path));
      this.#options.note(await this.#pathThere(path), false);
    } catch {
      // A person may have moved it, or put something else there.
    }
  }

  async #discard(key: string): Promise<void> {
    const opening = this.#writers.get(key);
    this.#writers.delete(key);
    const writer = await opening?.catch(() => undefined);
    await writer?.discard();
  }

  async #open(path: readonly string[]): Promise<Writer> {
    const { place } = this.#options;
    if (place.kind === 'folder') {
      const folder = await this.#folder(path.slice(0, -1));
      const name = await this.#nameOf(path);
      const handle = await writing(() => folder.getFileHandle(name, { create: true }));
      await this.#noteMade(path);
      return await HandleWriter.open(handle);
    }
    // A machine may send something else than the file that was asked for.
    if (path.length > 1 || this.#writers.size > 0) throw notOneFile();
    return place.kind === 'file' ? await HandleWriter.open(place.handle) : new MemoryWriter();
  }

  /** Returns a folder by its path, and makes it where there is none; the picked one for no names. */
  async #folder(path: readonly string[]): Promise<FileSystemDirectoryHandle> {
    const { place } = this.#options;
    if (place.kind !== 'folder') throw notOneFile();
    if (path.length === 0) return place.handle;
    const key = path.join('/');
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    const parent = await this.#folder(path.slice(0, -1));
    const name = await this.#nameOf(path);
    const folder = await writing(() => parent.getDirectoryHandle(name, { create: true }));
    this.#folders.set(key, folder);
    if (!this.#made.has(key)) await this.#noteMade(path);
    return folder;
  }

  async #noteMade(path: readonly string[]): Promise<void> {
    this.#made.set(path.join('/'), path);
    this.#options.note(await this.#pathThere(path), true);
  }

  /** Returns the names of an entry in the picked folder, from the top. */
  async #pathThere(path: readonly string[]): Promise<MadeEntry> {
    return [await this.#nameOf(path.slice(0, 1)), ...path.slice(1)];
  }

  /** Returns the name that an entry has in its folder. */
  async #nameOf(path: readonly string[]): Promise<string> {
    const name = path.at(-1) ?? '';
    if (path.length > 1) return name;
    const choosing = this.#tops.get(name) ?? this.#chooseTop(name);
    this.#tops.set(name, choosing);
    return await choosing;
  }

  async #chooseTop(name: string): Promise<string> {
    const { place, taken } = this.#options;
    if (place.kind !== 'folder') throw notOneFile();
    for (let number = 1; number <= MOST_NAMES; number += 1) {
      const wanted = number === 1 ? name : numberedName(name, number);
      const key = nameKey(wanted, true);
      if (taken.has(key)) continue;
      taken.add(key);
      if (await isFree(place.handle, wanted)) return wanted;
    }
    throw new FilesError('file.disk', 'all names are taken');
  }
}

/** Reports whether nothing in a folder has a name. @throws {FilesError} `file.name`, `file.disk` */
async function isFree(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  return await writing(async () => {
    try {
      await folder.getFileHandle(name);
      return false;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      if (error.name === 'NotFoundError') return true;
      // A folder has the name.
      if (error.name === 'TypeMismatchError') return false;
      throw error;
    }
  });
}

function notOneFile(): FilesError {
  return new FilesError('file.protocol', 'something else comes than one file');
}
