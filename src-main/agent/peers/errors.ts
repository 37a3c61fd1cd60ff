import type { ForgottenBecause } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Error with a code `peer.*`, such as `peer.unknown` and `peer.name-taken`. Thrown by the peer book and by modules that look up a peer. */
export class PeerError extends ClawReachError {
  override readonly name = 'PeerError';
}

/** Returns the error of calls that need a suspended peer. */
export function suspendedError(name: string, peerId: PeerId): PeerError {
  return new PeerError('peer.suspended', 'the relay reported the removal of this peer', {
    // The short ID is safe to paste into a shell; a name may not be.
    details: { name, word: peerId.slice(0, 7) },
  });
}

/** Returns the error of calls that need a peer which has removed this device. */
export function forgottenError({
  name,
  peerId,
  forgottenBecause: because,
}: Readonly<{ name: string; peerId: PeerId; forgottenBecause?: ForgottenBecause | undefined }>): PeerError {
  return new PeerError('peer.forgot', 'the peer has removed this device', {
    details: { name, word: peerId.slice(0, 7), ...(because !== undefined && { because }) },
  });
}
