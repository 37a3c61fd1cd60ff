import type { PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { ProblemError } from '../../errors.ts';
import { peerName, peerWord } from './peer-format.ts';

/**
 * Returns the error of a machine that can't be reached, with the choice of its path if that is the reason: the usual next step relies on the relay,
 * which a direct-only machine doesn't use. Returns other errors unchanged. Pure.
 */
export function explainUnreachable(error: unknown, peer: Pick<PeerView, 'name' | 'peerId' | 'pathMode'>): unknown {
  if (!(error instanceof ClawReachError) || peer.pathMode !== 'direct-only' || !isDirectFailure(error.code))
    return error;
  const hint =
    `You allowed only direct paths to ${peerName(peer)}. To use the relay: \`clawreach path ${peerWord(peer)} --mode auto\`.\n` +
    'Otherwise put both on one network, or open TCP port 7473 on one.';
  const details = Object.entries(error.details).map(([name, value]) => [name, String(value)] as const);
  return new ProblemError(error.code, Object.fromEntries(details), hint, { isDropped: true });
}

/** Tells whether a code is about a direct connection that another network, port or firewall would allow. */
function isDirectFailure(code: string): boolean {
  return ['direct.connection-refused', 'direct.unreachable', 'direct.timeout'].includes(code);
}
