import { assertNever } from '#shared/assert-never.ts';
import type { LinkPathKind } from '#shared/app-api/index.ts';

/** Transports that can be dialed. User interfaces show `udp` as direct, since it has no intermediary. */
export type TransportKind = LinkPathKind | 'udp';

/** Mode of a path choice. `via`: only through the named hops. */
export type ChoiceMode = 'auto' | 'direct-only' | 'relay-only' | 'via';

/** Transports in the order of dialing. */
export const TRANSPORT_KINDS: readonly TransportKind[] = ['direct', 'udp', 'relay', 'via'];

const RANK: Readonly<Record<TransportKind, number>> = { direct: 4, udp: 3, relay: 2, via: 1 };

/** Reports whether one transport is preferred to the other: direct, then UDP, relay, hop. Pure, like all functions of this file. */
export function isBetterKind(kind: TransportKind, than: TransportKind): boolean {
  return RANK[kind] > RANK[than];
}

/** Reports whether paths of this transport have no intermediary. */
export function isDirectKind(kind: TransportKind): boolean {
  return kind === 'direct' || kind === 'udp';
}

/** Returns the transport as user interfaces show it. */
export function shownKind(kind: TransportKind): LinkPathKind {
  return kind === 'udp' ? 'direct' : kind;
}

/** Reports whether a mode of path choice allows a transport. */
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
