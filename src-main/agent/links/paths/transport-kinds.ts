import { assertNever } from '#shared/assert-never.ts';
import type { LinkPathKind } from '#shared/app-api/index.ts';

/** Transports that can be dialled. On screen `udp` counts as direct, since it has no intermediary. */
export type TransportKind = LinkPathKind | 'udp';

/** Mode of path choice. `via`: only through the named hops. */
export type ChoiceMode = 'auto' | 'direct-only' | 'relay-only' | 'via';

/** In the order of dialling. */
export const TRANSPORT_KINDS: readonly TransportKind[] = ['direct', 'udp', 'relay', 'via'];

const RANK: Readonly<Record<TransportKind, number>> = { direct: 4, udp: 3, relay: 2, via: 1 };

export function isBetterKind(kind: TransportKind, than: TransportKind): boolean {
  return RANK[kind] > RANK[than];
}

/** Reports whether this kind has no intermediary. */
export function isDirectKind(kind: TransportKind): boolean {
  return kind === 'direct' || kind === 'udp';
}

/** Returns the kind shown on screen. */
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
