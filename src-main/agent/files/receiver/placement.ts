import { FilesError, numberedName, type IncomingFolder, type PutMode } from '#shared/files/index.ts';
import type { Received } from './received.ts';

/** Most names that are tried for an entry at the top. */
const MOST_NAMES = 10_000;
/** Difference of two times of modification that count as the same, ms. Some file systems keep them to two seconds. */
const SAME_TIME = 2000;

/**
 * Places of the entries at the top in the target folder: which an earlier run has put there, and which name each gets. Nothing that is there is replaced. One
 * per attempt.
 */
export class Placement {
  readonly #folder: IncomingFolder;
  readonly #received: Received;
  /** Undefined: the new one gets another name. */
  readonly #mode: Exclude<PutMode, 'keep-both'> | undefined;
  /** Entries at the top that an earlier run has put into their place. */
  readonly #placed = new Set<number>();
  /** Files that are in the target folder already. */
  readonly #same = new Set<number>();
  /** Entries at the top that are in their place, also of earlier runs. */
  readonly #there = new Set<number>();

  /** @param mode what happens to files of the same name; undefined: as `keep-both`, as in the inbox */
  constructor(folder: IncomingFolder, received: Received, mode?: PutMode) {
    this.#mode = mode === 'keep-both' ? undefined : mode;
    this.#folder = folder;
    this.#received = received;
  }

  /** Looks for what an earlier run has put into its place. Called once, when the list is complete. */
  async look(): Promise<void> {
    for (const [n, as] of this.#received.places)
      if (await this.#folder.isPlaced(this.#received.nameOf(n), this.#kindOf(n), as)) this.#placed.add(n);
    for (const n of this.#placed) this.#there.add(n);
  }

  /**
   * Checks before anything is sent that what must not be replaced isn't there, and keeps what needn't be sent.
   * @throws {FilesError} `file.exists`
   */
  async compare(): Promise<void> {
    if (this.#mode === undefined) return;
    const { entries } = this.#received;
    for (let n = 0; n < entries.count; n += 1) {
      if (this.has(n)) continue;
      const isTop = entries.folderOf(n) === -1;
      if (this.#mode === 'skip-same' ? entries.isFolder(n) : !isTop || this.#mode === 'replace') continue;
      const there = await this.#folder.existing(this.#received.pathOf(n));
      if (there === undefined) continue;
      if (this.#mode === 'new')
        throw new FilesError('file.exists', 'something has the name', { details: { path: this.#received.nameOf(n) } });
      const { size, mtime } = entries.get(n);
      if (there.kind === 'file' && there.size === size && Math.abs(there.mtime - mtime) < SAME_TIME) this.#same.add(n);
    }
  }

  /** Reports whether a file is in the target folder already, the same. */
  isSame(n: number): boolean {
    return this.#same.has(n);
  }

  /** Reports whether an earlier run has put an entry into its place, or the one at the top that it is in. */
  has(n: number): boolean {
    return this.#placed.has(this.#received.entries.lineOf(n)[0] ?? n);
  }

  /** Returns the numbers of files that are in their place, and of their bytes. */
  counts(): Readonly<{ files: number; bytes: number }> {
    const { entries } = this.#received;
    const tops: number[] = [];
    let files = 0;
    let bytes = 0;
    if (this.#there.size === 0) return { files, bytes };
    for (let n = 0; n < entries.count; n += 1) {
      const top = tops[entries.folderOf(n)] ?? n;
      tops.push(top);
      const size = this.#received.keptSize(n);
      if (size === undefined || !this.#there.has(top)) continue;
      files += 1;
      bytes += size;
    }
    return { files, bytes };
  }

  /**
   * Puts everything at the top into the target folder, under names that nothing there has.
   * @param signal ends it before the next one
   * @returns names there
   * @throws {FilesError} `file.disk`; the signal's reason
   */
  async place(signal: AbortSignal): Promise<readonly string[]> {
    const { entries, lost } = this.#received;
    // A torn or damaged file must not be taken for a whole one.
    for (const n of lost.keys()) if (!this.has(n)) await this.#folder.removeFile(this.#received.pathOf(n));
    for (let n = entries.count - 1; n >= 0; n -= 1)
      // Backwards: what is in a folder comes after it.
      if (entries.isFolder(n) && !this.has(n) && !lost.has(n))
        await this.#folder.finishFolder(this.#received.pathOf(n), entries.get(n).mtime);
    await this.#folder.syncNames();
    const names: string[] = [];
    try {
      for (let n = 0; n < entries.count; n += 1) {
        if (entries.folderOf(n) !== -1) continue;
        if (this.#same.has(n)) {
          names.push(this.#received.nameOf(n));
          continue;
        }
        if (!this.#received.isKept(n) && !this.#placed.has(n)) continue;
        names.push(await this.#placeTop(n, signal));
        this.#there.add(n);
      }
    } finally {
      if (this.#there.size > 0) await this.#folder.syncTarget();
    }
    return names;
  }

  async #placeTop(n: number, signal: AbortSignal): Promise<string> {
    const name = this.#received.nameOf(n);
    const before = this.#received.places.get(n);
    if (before !== undefined && this.#placed.has(n)) return before;
    if (this.#mode !== undefined) {
      await this.#received.placing(n, name);
      // Cancelled, or the right was taken away: nothing more goes there.
      signal.throwIfAborted();
      if (this.#mode !== 'new') return await this.#folder.replace(name, this.#kindOf(n), signal);
      if (!(await this.#folder.place(name, this.#kindOf(n), name)))
        throw new FilesError('file.exists', 'something has the name', { details: { path: name } });
      return name;
    }
    for (let number = 1; number <= MOST_NAMES; number += 1) {
      const as = number === 1 ? name : numberedName(name, number);
      await this.#received.placing(n, as);
      signal.throwIfAborted();
      if (await this.#folder.place(name, this.#kindOf(n), as)) return as;
    }
    throw new FilesError('file.disk', 'all names are taken');
  }

  #kindOf(n: number): 'file' | 'folder' {
    return this.#received.entries.isFolder(n) ? 'folder' : 'file';
  }
}
