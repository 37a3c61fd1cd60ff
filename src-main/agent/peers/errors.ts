import { ClawReachError } from '#shared/errors.ts';

/** Codes `peer.*`. */
export class PeerError extends ClawReachError {
  override readonly name = 'PeerError';
}
