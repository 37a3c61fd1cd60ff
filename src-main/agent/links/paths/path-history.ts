import type { PathChange, PathReason } from '#shared/app-api/index.ts';
import { shownKind, type TransportKind, isBetterKind, type ChoiceMode } from './transport-kinds.ts';
import type { SessionRole } from '#shared/link/index.ts';

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

/** Another path is in use than a moment ago, as this side has seen it. */
export type PathTransition = Readonly<{
  before: Readonly<{ kind: TransportKind; doubtful: boolean }> | undefined;
  /** The person lets that one be used; of none, the last one did not end because the person forbade it. */
  allowed: boolean;
  kind: TransportKind;
  role: SessionRole;
  mode: ChoiceMode;
  /** The one before had to be replaced: its keys had served their time, or the machine woke. */
  renewalDue: boolean;
  /** This one was measured beside the one before, and clearly faster. */
  faster: boolean;
}>;

/** Why that is so, as far as this side can know: the responder is told which path is used, and no reason. */
export function reasonOf({ before, allowed, kind, role, mode, renewalDue, faster }: PathTransition): PathReason {
  if (!allowed) return mode === 'relay-only' ? 'relay-only' : 'chosen';
  if (before === undefined || before.doubtful) return 'lost';
  if (faster) return 'faster';
  if (isBetterKind(kind, before.kind)) return 'better';
  if (before.kind === kind) return renewalDue ? 'renewed' : 'remade';
  return role === 'responder' ? 'peer-moved' : 'lost';
}
