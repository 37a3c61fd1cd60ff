import type { PathChange, PathReason } from '#shared/app-api/index.ts';
import { shownKind, type TransportKind, isBetterKind, type ChoiceMode } from './transport-kinds.ts';
import type { SessionRole } from '#shared/link/index.ts';

/** Most changes kept per link. The oldest is dropped. */
const MOST = 20;

/** Path changes of a link for display, newest last. In memory only. Used by `PathChoice`. */
export class PathHistory {
  #changes: readonly PathChange[] = [];

  get changes(): readonly PathChange[] {
    return this.#changes;
  }

  /**
   * Adds a change.
   * @param at ms since 1970
   * @param kind null if the link has lost its path
   */
  add(at: number, kind: TransportKind | null, reason: PathReason): void {
    const path = kind === null ? null : shownKind(kind);
    const last = this.#changes.at(-1);
    // Consecutive renewals are kept as one, so that they don't push out other changes.
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

/** Switch from one path to another, as seen by this side. */
export type PathTransition = Readonly<{
  before: Readonly<{ kind: TransportKind; doubtful: boolean }> | undefined;
  /** True if the route allows the previous path. Without a previous path: true if the last one was not cut by the route. */
  allowed: boolean;
  kind: TransportKind;
  role: SessionRole;
  mode: ChoiceMode;
  /** True if the previous path was due for renewal, by age or after a wake-up. */
  renewalDue: boolean;
  /** True if this path was measured against the previous one and was clearly faster. */
  faster: boolean;
}>;

/** Returns the reason of a switch, as far as this side can know: the responder learns which path is used, but not why. Pure. */
export function reasonOf({ before, allowed, kind, role, mode, renewalDue, faster }: PathTransition): PathReason {
  if (!allowed) return mode === 'relay-only' ? 'relay-only' : 'chosen';
  if (before === undefined || before.doubtful) return 'lost';
  if (faster) return 'faster';
  if (isBetterKind(kind, before.kind)) return 'better';
  if (before.kind === kind) return renewalDue ? 'renewed' : 'remade';
  return role === 'responder' ? 'peer-moved' : 'lost';
}
