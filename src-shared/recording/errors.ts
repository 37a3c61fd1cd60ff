import { ClawReachError } from '../errors.ts';

/** Codes `recording.*`. */
export class RecordingError extends ClawReachError {
  override readonly name = 'RecordingError';
}
