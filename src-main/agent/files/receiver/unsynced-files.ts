import type { IncomingFile } from '#shared/files/index.ts';

/** Small files that are written to the disk together. */
const TOGETHER = 128;

/** Small file that was written and isn't on the disk yet. */
export type UnsyncedFile = Readonly<{ n: number; size: number; file: IncomingFile }>;

export type UnsyncedFilesOptions = Readonly<{
  /** Notes in the journal that files are on the disk. */
  keep(files: readonly UnsyncedFile[]): Promise<void>;
  /** Called for each file that is on the disk and in the journal. */
  onKept(n: number): void;
  /** Called when the disk or the journal fails. */
  onError(error: unknown): void;
}>;

/** Small files that were written and aren't on the disk yet. Many are synced together, since the file system does that with one commit. */
export class UnsyncedFiles {
  readonly #options: UnsyncedFilesOptions;
  #files: UnsyncedFile[] = [];
  #syncing: Promise<void> | undefined;

  constructor(options: UnsyncedFilesOptions) {
    this.#options = options;
  }

  /** Adds a file, and syncs when there are many. Waits only if the disk is far behind. */
  async add(file: UnsyncedFile): Promise<void> {
    this.#files.push(file);
    if (this.#files.length < TOGETHER) return;
    const syncing = this.sync();
    syncing.catch((error: unknown) => this.#options.onError(error));
    if (this.#files.length >= 2 * TOGETHER) await syncing;
  }

  /** Resolves when the files that were added are on the disk, and in the journal. */
  async sync(): Promise<void> {
    while (this.#files.length > 0 || this.#syncing !== undefined) {
      this.#syncing ??= this.#syncSome().finally(() => (this.#syncing = undefined));
      await this.#syncing;
    }
  }

  async #syncSome(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    try {
      await Promise.all(files.map(({ file }) => file.sync()));
      await this.#options.keep(files);
    } finally {
      for (const { file } of files) await file.close();
    }
    for (const { n } of files) this.#options.onKept(n);
  }
}
