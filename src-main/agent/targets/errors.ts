import { ClawReachError } from '#shared/errors.ts';

/** Error in a target pattern that a person has entered. Codes `target.*`. */
export class TargetError extends ClawReachError {
  override readonly name = 'TargetError';
}
