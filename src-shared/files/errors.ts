import { ClawReachError } from '../errors.ts';

/** Error with a code `folder.*`: a folder can't be shared, or a file in it can't be read. */
export class FolderError extends ClawReachError {
  override readonly name = 'FolderError';
}

/** Error of a transfer of files. Codes `file.*`. */
export class FilesError extends ClawReachError {
  override readonly name = 'FilesError';
}
