import { ClawReachError } from '../errors.ts';

/** Error of a recording, with a code `recording.*`. */
export class RecordingError extends ClawReachError {
  override readonly name = 'RecordingError';
}
