import { ClawReachError } from '../errors.ts';

/** Failure to reach a relay, or a relay that is not the expected one. Codes `relay.*`. */
export class DialError extends ClawReachError {
  override readonly name = 'DialError';
}
