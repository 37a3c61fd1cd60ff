import type { Clock } from '#shared/clock.ts';
import { FREE_BYTES, FREE_PART, type IncomingDisk } from '#shared/files/index.ts';
import { delay } from '#shared/timeout.ts';

/** Bytes that may be written between two looks at the disk. */
const ALLOWANCE = 33_554_432;
/** Time between two looks while there is no space, ms. */
const POLL = 5000;

/** Returns the bytes that a disk has beyond those that a receiver leaves free. @param below as of `IncomingDisk.space` */
export async function usableSpace(
  disk: Pick<IncomingDisk, 'space'>,
  folder: string,
  below?: readonly string[],
): Promise<number> {
  const { free, size } = await disk.space(folder, below);
  return free - Math.max(FREE_BYTES, size * FREE_PART);
}

export type SpaceWatchOptions = Readonly<{
  disk: Pick<IncomingDisk, 'space'>;
  folder: string;
  clock: Clock;
  signal: AbortSignal;
  /** Called when writes begin to wait, and when they go on. */
  onShort(isShort: boolean): void;
}>;

/** Watches the space of the disk on which a transfer is written. A write waits until there is enough. */
export class SpaceWatch {
  readonly #options: SpaceWatchOptions;
  #left = 0;
  #waiting: Promise<void> | undefined;

  constructor(options: SpaceWatchOptions) {
    this.#options = options;
  }

  /** Resolves when these bytes may be written, or when the signal is aborted. */
  async take(bytes: number): Promise<void> {
    while (this.#left < bytes && !this.#options.signal.aborted) {
      const usable = await usableSpace(this.#options.disk, this.#options.folder);
      if (usable >= bytes) this.#left = Math.max(bytes, Math.min(ALLOWANCE, usable));
      else await this.wait(bytes);
    }
    this.#left -= bytes;
  }

  /** Waits until there is space for these bytes, as after a write that the disk refused. */
  async wait(bytes: number): Promise<void> {
    this.#left = 0;
    this.#waiting ??= this.#poll(bytes).finally(() => (this.#waiting = undefined));
    await this.#waiting;
  }

  async #poll(bytes: number): Promise<void> {
    const { clock, disk, folder, onShort, signal } = this.#options;
    onShort(true);
    do await delay(clock, POLL, signal);
    while (!signal.aborted && (await usableSpace(disk, folder)) < bytes);
    if (!signal.aborted) onShort(false);
  }
}
