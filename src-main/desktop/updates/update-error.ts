import { ClawReachError } from '#shared/errors.ts';

/** A version that could not be found out about, had or installed. Codes `update.*`. */
export class UpdateError extends ClawReachError {
  override readonly name = 'UpdateError';
}
