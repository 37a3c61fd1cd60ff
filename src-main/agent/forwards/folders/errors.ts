import { ClawReachError } from '#shared/errors.ts';

/** Error in a folder that is to be shared. */
export class FolderError extends ClawReachError {
  override readonly name = 'FolderError';
}
