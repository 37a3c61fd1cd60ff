import { ClawReachError } from '#shared/errors.ts';

/** Error with a code `peer.*`, such as `peer.unknown` and `peer.name-taken`. Thrown by the peer book and by modules that look up a peer. */
export class PeerError extends ClawReachError {
  override readonly name = 'PeerError';
}
