import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { HIDDEN_FOLDER_LIFE, TRASH_LIFE, type IncomingDisk } from '#shared/files/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { FolderShelf } from './folders/folder-shelf.ts';
import type { TransferBook, HiddenFolder } from './transfer-book.ts';

/** Time between two looks for parts that no one continues, and for what is in the trash too long, ms. */
const INTERVAL = 3_600_000;

export type TidyingOptions = Readonly<{
  book: TransferBook;
  disk: Pick<IncomingDisk, 'left' | 'locate'>;
  shelf: Pick<FolderShelf, 'use'>;
  clock: Clock;
  logger: Logger;
  /** Returns the paths of the folders that are shared now. */
  shared(): readonly string[];
  /** Removes the parts below a folder that no one continues. */
  tidyParts(folder: string): Promise<void>;
}>;

/**
 * Removes what is hidden in folders of this machine and no longer needed: parts of transfers that no one continues, and what was removed from shared
 * folders a week ago. Also where a folder was renamed in the folder around it, or is no longer shared.
 */
export class Tidying {
  readonly #options: TidyingOptions;
  #timer: Timer | undefined;
  /** A disk may take longer than the time between two looks. */
  #isTidying = false;
  #isClosed = false;

  constructor(options: TidyingOptions) {
    this.#options = options;
  }

  /** Tidies now, and every hour. */
  start(): void {
    this.#timer = this.#options.clock.setTimer(INTERVAL, () => this.start());
    if (this.#isTidying) return;
    this.#isTidying = true;
    void this.tidy().finally(() => (this.#isTidying = false));
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  /** Tidies all folders once. Never rejects. */
  async tidy(): Promise<void> {
    const { book, shared } = this.#options;
    const roots = new Set(shared());
    const known = book
      .list()
      .flatMap(({ folder, parts = folder }) => [folder, parts].filter((one) => one !== undefined));
    for (const folder of new Set([...known, ...roots])) await this.#try(() => this.#tidyParts(folder));
    for (const root of roots) await this.#try(() => this.#emptyTrash(root));
    for (const hidden of book.hidden()) await this.#try(() => this.#tidyHidden(hidden));
  }

  async #tidyHidden(hidden: HiddenFolder): Promise<void> {
    const { book, clock, disk } = this.#options;
    const { paths, isFound } = await disk.locate(hidden.path, hidden.identity);
    let isLeft = false;
    for (const path of paths) {
      const isUsed = hidden.has === 'parts' ? await this.#tidyParts(path) : await this.#emptyTrash(path);
      isLeft ||= isUsed;
    }
    const isForgotten = isFound ? !isLeft : clock.now() - hidden.at > HIDDEN_FOLDER_LIFE;
    if (isForgotten && !this.#isClosed) book.forgetHidden(hidden);
  }

  /** @returns false if no parts are left */
  async #tidyParts(folder: string): Promise<boolean> {
    const { disk, tidyParts } = this.#options;
    await tidyParts(folder);
    return (await disk.left(folder)).length > 0;
  }

  /** @returns false if nothing is left in it */
  async #emptyTrash(root: string): Promise<boolean> {
    const { book, clock, shelf } = this.#options;
    return await shelf.use(root, async (served) => {
      const isLeft = await served.emptyTrash(clock.now() - TRASH_LIFE);
      // It may be shared no longer when its time is over; earlier versions noted nothing.
      if (isLeft && !this.#isClosed) book.noteHidden({ path: root, identity: await served.identity(), has: 'trash' });
      return isLeft;
    });
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    if (this.#isClosed) return;
    try {
      await work();
    } catch (error) {
      this.#options.logger.debug('a folder could not be tidied', { errorCode: errorCode(error) });
    }
  }
}
