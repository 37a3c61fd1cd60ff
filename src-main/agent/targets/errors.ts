import { ClawReachError } from '#shared/errors.ts';

/** Error in a target pattern that a person wrote. Codes `target.*`. */
export class TargetError extends ClawReachError {
  override readonly name = 'TargetError';
}
