import { ClawReachError } from '#shared/errors.ts';

/** What is wrong with a pattern a person writes. Codes `target.*`. */
export class TargetError extends ClawReachError {
  override readonly name = 'TargetError';
}
