import { ClawReachError } from '#shared/errors.ts';

/** A relay could not be reached, or is not what it should be. Codes are `relay.*`. */
export class DialError extends ClawReachError {
  override readonly name = 'DialError';
}
