import { assertNever } from '#shared/assert-never.ts';
import type { LinkPathKind } from '#shared/app-api/index.ts';

/** Ways to a peer that can be dialled. */
export type DialKind = LinkPathKind;

/** What a person allows; `via`: only through the peer that was named. */
export type ChoiceMode = 'auto' | 'direct-only' | 'relay-only' | 'via';

/** In the order in which they are dialled. */
export const KINDS: readonly DialKind[] = ['direct', 'relay', 'via'];

const RANK: Readonly<Record<DialKind, number>> = { direct: 3, relay: 2, via: 1 };

export function isBetterKind(kind: DialKind, than: DialKind): boolean {
  return RANK[kind] > RANK[than];
}

export function modeAllows(mode: ChoiceMode, kind: DialKind): boolean {
  switch (mode) {
    case 'auto':
      return true;
    case 'direct-only':
      return kind === 'direct';
    case 'relay-only':
      return kind === 'relay';
    case 'via':
      return kind === 'via';
    default:
      return assertNever(mode);
  }
}
