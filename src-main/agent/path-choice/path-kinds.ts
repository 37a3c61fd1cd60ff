import { assertNever } from '#shared/assert-never.ts';
import type { LinkPathKind } from '#shared/app-api/index.ts';

/** Ways to a peer that can be dialled. For people `udp` is direct, too: nobody is in between. */
export type DialKind = LinkPathKind | 'udp';

/** What a person allows; `via`: only through the peer that was named. */
export type ChoiceMode = 'auto' | 'direct-only' | 'relay-only' | 'via';

/** In the order in which they are dialled. */
export const KINDS: readonly DialKind[] = ['direct', 'udp', 'relay', 'via'];

const RANK: Readonly<Record<DialKind, number>> = { direct: 4, udp: 3, relay: 2, via: 1 };

export function isBetterKind(kind: DialKind, than: DialKind): boolean {
  return RANK[kind] > RANK[than];
}

/** Nobody in between. */
export function isDirectKind(kind: DialKind): boolean {
  return kind === 'direct' || kind === 'udp';
}

/** What people are told of it. */
export function shownKind(kind: DialKind): LinkPathKind {
  return kind === 'udp' ? 'direct' : kind;
}

export function modeAllows(mode: ChoiceMode, kind: DialKind): boolean {
  switch (mode) {
    case 'auto':
      return true;
    case 'direct-only':
      return isDirectKind(kind);
    case 'relay-only':
      return kind === 'relay';
    case 'via':
      return kind === 'via';
    default:
      return assertNever(mode);
  }
}
