import { FilesError, numberedName, type IncomingFolder } from '#shared/files/index.ts';
import type { Received } from './received.ts';

/** Most names that are tried for an entry at the top. */
const MOST_NAMES = 10_000;

/**
 * Places of the entries at the top in the target folder: which an earlier run has put there, and which name each gets. Nothing that is there is replaced. One
 * per attempt.
 */
export class Placement {
  readonly #folder: IncomingFolder;
  readonly #received: Received;
  /** Entries at the top that an earlier run has put into their place. */
  readonly #placed = new Set<number>();
  /** Entries at the top that are in their place, also of earlier runs. */
  readonly #there = new Set<number>();

  constructor(folder: IncomingFolder, received: Received) {
    this.#folder = folder;
    this.#received = received;
  }

  /** Looks for what an earlier run has put into its place. Called once, when the list is complete. */
  async look(): Promise<void> {
    for (const [n, as] of this.#received.places)
      if (await this.#folder.isPlaced(this.#received.nameOf(n), this.#kindOf(n), as)) this.#placed.add(n);
    for (const n of this.#placed) this.#there.add(n);
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
      if (entries.isFolder(n) && !this.has(n))
        await this.#folder.finishFolder(this.#received.pathOf(n), entries.get(n).mtime);
    const names: string[] = [];
    try {
      for (let n = 0; n < entries.count; n += 1) {
        if (entries.folderOf(n) !== -1) continue;
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
    for (let number = 1; number <= MOST_NAMES; number += 1) {
      const as = number === 1 ? name : numberedName(name, number);
      await this.#received.placing(n, as);
      // Cancelled, or the right was taken away: nothing more goes there.
      signal.throwIfAborted();
      if (await this.#folder.place(name, this.#kindOf(n), as)) return as;
    }
    throw new FilesError('file.disk', 'all names are taken');
  }

  #kindOf(n: number): 'file' | 'folder' {
    return this.#received.entries.isFolder(n) ? 'folder' : 'file';
  }
}
