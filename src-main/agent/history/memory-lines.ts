import type { ClearableLineFile } from '#shared/storage.ts';

/** Lines kept, the newest of them. */
const MOST = 5000;

/** Lines that are remembered while the agent runs and never written. */
export class MemoryLines implements ClearableLineFile {
  #lines: string[] = [];

  append(line: string): Promise<void> {
    this.#lines.push(line);
    if (this.#lines.length > 2 * MOST) this.#lines = this.#lines.slice(-MOST);
    return Promise.resolve();
  }

  newest(limit: number): Promise<readonly string[]> {
    return Promise.resolve(this.#lines.toReversed().slice(0, limit));
  }

  clear(): Promise<void> {
    this.#lines = [];
    return Promise.resolve();
  }
}
