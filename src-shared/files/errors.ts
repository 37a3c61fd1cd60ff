import { ClawReachError } from '../errors.ts';

/** Error of a transfer of files. Codes `file.*`. */
export class FilesError extends ClawReachError {
  override readonly name = 'FilesError';
}
