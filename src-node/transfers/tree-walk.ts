import type { BigIntStats } from 'node:fs';
import { FilesError, MOST_DEPTH, MOST_ENTRIES, PATH_BYTES, type SourceEntry } from '#shared/files/index.ts';
import type { SafeFolder } from './safe-folder.ts';
import { entryOf } from './source-entry.ts';

/** Entries of a folder that are looked at at a time. */
const AT_A_TIME = 64;

/** Rules by which folders are read, and what of them is listed. */
export type TreeReader = Readonly<{
  /** Opens a folder in another one, without following a link. @throws if it isn't listed */
  enter(folder: SafeFolder, name: string): Promise<SafeFolder>;
  /** Returns the names in a folder. @throws if it isn't listed */
  names(folder: SafeFolder): Promise<readonly string[]>;
  /** Returns the facts of an entry, also of a link itself; undefined if it isn't listed. */
  look(folder: SafeFolder, name: string): Promise<BigIntStats | undefined>;
}>;

/** Folder that is listed: its number, how deep it is, and the length of its path in bytes. */
type Place = Readonly<{ n: number; depth: number; bytes: number }>;

/**
 * Lists files and folders with everything in them: each folder before its contents, by name, depth first, so that a list reads like the tree. Every folder
 * is entered from the one around it, which is open.
 */
export class TreeWalk {
  readonly #reader: TreeReader;
  readonly #each: (entry: SourceEntry) => Promise<void> | void;
  readonly #signal: AbortSignal;
  #count = 0;
  #leftOut = 0;

  constructor(reader: TreeReader, each: (entry: SourceEntry) => Promise<void> | void, signal: AbortSignal) {
    this.#reader = reader;
    this.#each = each;
    this.#signal = signal;
  }

  /** Number of links, devices, folders that can't be read and others that aren't listed. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Lists a file or folder at the top. @returns its kind and place; undefined for any other @throws {FilesError} `file.too-many`; errors of `each` */
  async top(name: string, facts: BigIntStats): Promise<(Place & Pick<SourceEntry, 'kind'>) | undefined> {
    const entry = entryOf({ in: -1, name, facts });
    if (entry === undefined) return undefined;
    return { kind: entry.kind, n: await this.#add(entry), depth: 1, bytes: Buffer.byteLength(name) + 1 };
  }

  /** Lists what is in an open folder at the top, and closes it. @throws errors of the reader for this folder; as `top` */
  async inside(folder: SafeFolder, place: Place): Promise<void> {
    try {
      await this.#list(folder, await this.#reader.names(folder), place);
    } finally {
      await folder.close();
    }
  }

  async #list(folder: SafeFolder, names: readonly string[], place: Place): Promise<void> {
    const below: (Place & Readonly<{ name: string }>)[] = [];
    const sorted = names.toSorted();
    for (let at = 0; at < sorted.length; at += AT_A_TIME) {
      this.#signal.throwIfAborted();
      const some = sorted.slice(at, at + AT_A_TIME);
      const looked = await Promise.all(some.map(async (name) => await this.#reader.look(folder, name)));
      for (const [index, name] of some.entries()) {
        const facts = looked[index];
        const bytes = place.bytes + Buffer.byteLength(name) + 1;
        const entry = facts === undefined ? undefined : entryOf({ in: place.n, name, facts });
        if (entry === undefined || place.depth >= MOST_DEPTH || bytes > PATH_BYTES) {
          this.#leftOut += 1;
          continue;
        }
        const n = await this.#add(entry);
        if (entry.kind === 'folder') below.push({ name, n, depth: place.depth + 1, bytes });
      }
    }
    for (const next of below) await this.#enter(folder, next.name, next);
  }

  async #enter(around: SafeFolder, name: string, place: Place): Promise<void> {
    this.#signal.throwIfAborted();
    const folder = await this.#reader.enter(around, name).catch(() => undefined);
    try {
      const names = folder === undefined ? undefined : await this.#reader.names(folder).catch(() => undefined);
      if (folder === undefined || names === undefined) this.#leftOut += 1;
      else await this.#list(folder, names, place);
    } finally {
      await folder?.close();
    }
  }

  /** @returns the number of the entry */
  async #add(entry: SourceEntry): Promise<number> {
    if (this.#count >= MOST_ENTRIES) throw new FilesError('file.too-many', 'too many files');
    await this.#each(entry);
    this.#count += 1;
    return this.#count - 1;
  }
}
