import type { ClearableLineFile } from '#shared/storage.ts';

/** Most lines kept; older ones are dropped. */
const MOST = 5000;

/** History in memory instead of a file, for agents that keep no history file, such as those of tests. Its lines end with the agent. */
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
