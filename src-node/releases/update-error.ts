import { ClawReachError } from '#shared/errors.ts';

/** Error of checking for, downloading or installing a version; codes `update.*`. */
export class UpdateError extends ClawReachError {
  override readonly name = 'UpdateError';
}
