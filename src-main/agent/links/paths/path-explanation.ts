import type { PathReason, UdpReason } from '#shared/app-api/index.ts';
import type { ChoiceState } from './choice-state.ts';
import { isDirectKind } from './transport-kinds.ts';
import type { TransportKind } from './transport-kinds.ts';

/**
 * Returns the reason why a link has no direct path; null if its path is direct. Shown in user interfaces. Pure, as all functions of this file. Used
 * by `PathChoice` and `Link`.
 */
export function whyNotDirect(state: ChoiceState): PathReason | null {
  const { direct } = state.transports;
  if (state.current !== undefined && isDirectKind(state.current.kind)) return null;
  if (!state.allows('direct')) return state.mode === 'via' ? 'chosen' : 'relay-only';
  if (!direct.open) return 'no-address';
  if (state.coolDown.isOn && !direct.dialing) return 'cooling';
  // The last failure explains more than the fact that dials continue.
  return direct.problem ?? 'trying';
}

/** Returns the reason why the path is not over UDP; null for a direct path, or if this side can't know. */
export function whyNotUdp(state: ChoiceState): UdpReason | null {
  const { udp } = state.transports;
  if ((state.current !== undefined && isDirectKind(state.current.kind)) || !state.allows('udp')) return null;
  if (state.udpObstacle !== undefined) return state.udpObstacle;
  if (state.role === 'responder' || state.current === undefined) return null;
  if (state.udpCoolDown.isOn && !udp.dialing) return 'cooling';
  return state.udpProblem ?? (udp.open ? 'trying' : null);
}

/** Codes that mean: something answered at the address, but not the peer. */
const WRONG_ANSWERS: ReadonlySet<string> = new Set([
  'direct.no-answer',
  'link.key-changed',
  'link.malformed',
  'handshake.damaged',
  'handshake.unknown-session',
]);

/** Converts the error code of a failed direct dial; undefined for codes that explain nothing. */
export function explainDirect(kind: TransportKind, code: string): PathReason | undefined {
  if (kind !== 'direct' || code === 'link.cancelled') return undefined;
  if (code === 'link.no-address') return 'no-address';
  return WRONG_ANSWERS.has(code) || code.startsWith('crypto.') || code.startsWith('format.')
    ? 'wrong-answer'
    : 'no-answer';
}

/** Converts the error code of a failed UDP dial; undefined for codes that explain nothing. */
export function explainUdp(kind: TransportKind, code: string): UdpReason | undefined {
  if (kind !== 'udp') return undefined;
  switch (code) {
    case 'link.cancelled':
    case 'udp.aborted':
      return undefined;
    case 'udp.unavailable':
      return 'unavailable';
    case 'udp.off':
    case 'udp.peer-unavailable':
    case 'udp.busy':
      return 'peer';
    default:
      return 'no-answer';
  }
}
