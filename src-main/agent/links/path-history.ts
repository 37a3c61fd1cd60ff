import type { LinkPathKind, PathChange, PathReason } from '#shared/app-api/index.ts';

/** Changes remembered of one link; the oldest makes room. */
const MOST = 20;

/** The changes of a link's path, for people: newest last. */
export class PathHistory {
  #changes: readonly PathChange[] = [];

  get changes(): readonly PathChange[] {
    return this.#changes;
  }

  /** @param at milliseconds since 1970; `path` null when the link lost its path */
  add(at: number, path: LinkPathKind | null, reason: PathReason): void {
    const last = this.#changes.at(-1);
    // Of renewals in a row the last one is told: they would push out what tells more.
    const again = reason === 'renewed' && last?.reason === 'renewed' && last.path === path;
    const others = again ? this.#changes.slice(0, -1) : this.#changes;
    this.#changes = [...others, { at: Math.round(at), path, reason }].slice(-MOST);
  }
}
