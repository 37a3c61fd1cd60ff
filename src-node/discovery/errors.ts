import { ClawReachError } from '#shared/errors.ts';

/** Codes `discovery.*`. */
export class DiscoveryError extends ClawReachError {
  override readonly name = 'DiscoveryError';
}
