import { ClawReachError } from '#shared/errors.ts';

/** Error with a code `peer.*`, such as `peer.unknown` and `peer.name-taken`. */
export class PeerError extends ClawReachError {
  override readonly name = 'PeerError';
}
