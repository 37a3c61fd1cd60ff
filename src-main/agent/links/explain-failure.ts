import type { PathReason, UdpReason } from '#shared/app-api/index.ts';
import type { TransportKind } from '../path-choice/index.ts';

/** Answers that mean: somebody is there, and it is not the peer. */
const WRONG_ANSWERS: ReadonlySet<string> = new Set([
  'direct.no-answer',
  'link.key-changed',
  'link.malformed',
  'handshake.damaged',
  'handshake.unknown-session',
]);

/** Why there is no direct path, by what a dial came to; undefined for what says nothing of it. */
export function explainDirect(kind: TransportKind, code: string): PathReason | undefined {
  if (kind !== 'direct' || code === 'link.cancelled') return undefined;
  if (code === 'link.no-address') return 'no-address';
  return WRONG_ANSWERS.has(code) || code.startsWith('crypto.') || code.startsWith('format.')
    ? 'wrong-answer'
    : 'no-answer';
}

/** Why there is none over UDP; undefined for what says nothing of it. */
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
