import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { HashStream } from '#shared/crypto/index.ts';
import { entryText, type ListEntry } from '#shared/files/index.ts';
import type { FilesCrypto } from './digest.ts';

/**
 * Entries of a transfer by their numbers, in columns: a million of them take some 100 MiB as objects. Both ends have one for each transfer that runs.
 */
export class EntryList {
  readonly #folders: number[] = [];
  readonly #names: string[] = [];
  readonly #sizes: number[] = [];
  readonly #times: number[] = [];
  /** Bit 0: a folder; bit 1: its owner may run it. */
  readonly #flags: number[] = [];
  readonly #hash: HashStream;
  #files = 0;
  #bytes = 0;

  constructor(crypto: Pick<FilesCrypto, 'sha256Stream'>) {
    this.#hash = crypto.sha256Stream();
  }

  get count(): number {
    return this.#names.length;
  }

  /** Number of files, and their bytes. */
  get files(): number {
    return this.#files;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next entry. @returns its number; undefined if its folder is none of the entries before it */
  add(entry: ListEntry): number | undefined {
    const { in: folder, name, kind, size, mtime, exec } = entry;
    if (folder >= this.count || (folder >= 0 && !this.isFolder(folder))) return undefined;
    this.#folders.push(folder);
    this.#names.push(name);
    this.#sizes.push(kind === 'file' ? size : 0);
    this.#times.push(mtime);
    this.#flags.push((kind === 'folder' ? 1 : 0) | (exec ? 2 : 0));
    this.#hash.update(toUtf8(entryText(entry)));
    if (kind === 'file') {
      this.#files += 1;
      this.#bytes += size;
    }
    return this.count - 1;
  }

  get(n: number): ListEntry {
    const kind = this.isFolder(n) ? 'folder' : 'file';
    return {
      in: this.folderOf(n),
      name: this.#names[n] ?? '',
      kind,
      size: this.#sizes[n] ?? 0,
      mtime: this.#times[n] ?? 0,
      exec: ((this.#flags[n] ?? 0) & 2) !== 0,
    };
  }

  isFolder(n: number): boolean {
    return ((this.#flags[n] ?? 0) & 1) !== 0;
  }

  /** Returns the number of the folder of an entry; -1 at the top. */
  folderOf(n: number): number {
    return this.#folders[n] ?? -1;
  }

  sizeOf(n: number): number {
    return this.#sizes[n] ?? 0;
  }

  /** Returns the numbers of an entry's folders and its own, from the top. */
  lineOf(n: number): readonly number[] {
    const line: number[] = [];
    for (let at = n; at >= 0; at = this.folderOf(at)) line.push(at);
    return line.toReversed();
  }

  /** Returns the names of an entry's folders and its own, as they are sent, from the top. */
  pathOf(n: number): readonly string[] {
    return this.lineOf(n).map((at) => this.#names[at] ?? '');
  }

  /** Returns the hash of the list so far, hexadecimal. */
  hash(): string {
    return toHex(this.#hash.digest());
  }
}
