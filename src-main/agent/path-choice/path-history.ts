import type { PathChange, PathReason } from '#shared/app-api/index.ts';
import { shownKind, type TransportKind } from './path-kinds.ts';

/** Changes remembered of one link; the oldest makes room. */
const MOST = 20;

/** The changes of a link's path, for people: newest last. */
export class PathHistory {
  #changes: readonly PathChange[] = [];

  get changes(): readonly PathChange[] {
    return this.#changes;
  }

  /** @param at milliseconds since 1970; `path` null when the link lost its path */
  add(at: number, kind: TransportKind | null, reason: PathReason): void {
    const path = kind === null ? null : shownKind(kind);
    const last = this.#changes.at(-1);
    // Of renewals in a row the last one is told: they would push out what tells more.
    const again =
      reason === 'renewed' &&
      last?.reason === 'renewed' &&
      last.path === path &&
      last.udp === (kind === 'udp' ? true : undefined);
    const others = again ? this.#changes.slice(0, -1) : this.#changes;
    const change: PathChange = { at: Math.round(at), path, ...(kind === 'udp' ? { udp: true } : {}), reason };
    this.#changes = [...others, change].slice(-MOST);
  }
}
