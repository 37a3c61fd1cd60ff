import { assertNever } from '#shared/assert-never.ts';
import type { LinkPathKind } from '#shared/app-api/index.ts';

/** Ways to a peer that can be dialled. For people `udp` is direct, too: nobody is in between. */
export type TransportKind = LinkPathKind | 'udp';

/** What a person allows; `via`: only through the peer that was named. */
export type ChoiceMode = 'auto' | 'direct-only' | 'relay-only' | 'via';

/** In the order in which they are dialled. */
export const TRANSPORT_KINDS: readonly TransportKind[] = ['direct', 'udp', 'relay', 'via'];

const RANK: Readonly<Record<TransportKind, number>> = { direct: 4, udp: 3, relay: 2, via: 1 };

export function isBetterKind(kind: TransportKind, than: TransportKind): boolean {
  return RANK[kind] > RANK[than];
}

/** Nobody in between. */
export function isDirectKind(kind: TransportKind): boolean {
  return kind === 'direct' || kind === 'udp';
}

/** What people are told of it. */
export function shownKind(kind: TransportKind): LinkPathKind {
  return kind === 'udp' ? 'direct' : kind;
}

export function modeAllows(mode: ChoiceMode, kind: TransportKind): boolean {
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
