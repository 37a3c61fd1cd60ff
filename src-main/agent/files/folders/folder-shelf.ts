import { ServedFolder } from '#node/transfers/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { FilesError } from '#shared/files/index.ts';

/** Time for which a folder stays open after its last use, ms. An open folder keeps its disk from being removed. */
const IDLE = 20_000;
/** Most attempts to use a folder that is being replaced. */
const MOST_ATTEMPTS = 2;

type Open = { readonly opening: Promise<ServedFolder>; users: number; idle: Timer | undefined };

/** Shared folders that are open, by their real paths. A folder in whose place there is something else now isn't opened. */
export class FolderShelf {
  readonly #clock: Clock;
  readonly #privateFolders: readonly string[];
  readonly #open = new Map<string, Open>();

  constructor(options: Readonly<{ clock: Clock; privateFolders: readonly string[] }>) {
    this.#clock = options.clock;
    this.#privateFolders = options.privateFolders;
  }

  /** Opens a folder to be shared. @returns its real path @throws {FolderError} `folder.*` */
  async check(path: string): Promise<string> {
    const folder = await ServedFolder.open(path, this.#privateFolders);
    await folder.close();
    return folder.path;
  }

  /** Uses an open folder. @throws {FilesError} `file.missing` if it isn't there any more; errors of `work` */
  async use<Result>(path: string, work: (folder: ServedFolder) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const one = this.#take(path);
      try {
        const folder = await one.opening;
        if (await folder.isInPlace()) return await work(folder);
        // It was moved away while it was open. There may be another one in its place.
        if (this.#open.get(path) === one) this.#open.delete(path);
      } finally {
        this.#release(path, one);
      }
    }
    throw new FilesError('file.missing', 'the shared folder was replaced', { details: { path } });
  }

  /** Closes a folder that is no longer shared, as soon as nothing uses it. */
  forget(path: string): void {
    const one = this.#open.get(path);
    if (one === undefined) return;
    this.#open.delete(path);
    if (one.users === 0) this.#close(path, one);
  }

  close(): void {
    for (const [path, one] of this.#open) this.#close(path, one);
  }

  #take(path: string): Open {
    const one: Open = this.#open.get(path) ?? { opening: this.#openFolder(path), users: 0, idle: undefined };
    this.#open.set(path, one);
    one.idle?.cancel();
    one.users += 1;
    return one;
  }

  #release(path: string, one: Open): void {
    one.users -= 1;
    if (one.users > 0) return;
    if (this.#open.get(path) === one) one.idle = this.#clock.setTimer(IDLE, () => this.#close(path, one));
    else this.#close(path, one);
  }

  #close(path: string, one: Open): void {
    one.idle?.cancel();
    if (this.#open.get(path) === one) this.#open.delete(path);
    one.opening.then((folder) => folder.close()).catch(() => undefined);
  }

  async #openFolder(path: string): Promise<ServedFolder> {
    try {
      const folder = await ServedFolder.open(path, this.#privateFolders);
      if (folder.path === path) return folder;
      await folder.close();
      throw new FilesError('file.missing', 'the shared folder was replaced', { details: { path } });
    } catch (error) {
      this.#open.delete(path);
      if (error instanceof FilesError) throw error;
      throw new FilesError('file.missing', 'the shared folder is not there', { cause: error, details: { path } });
    }
  }
}
