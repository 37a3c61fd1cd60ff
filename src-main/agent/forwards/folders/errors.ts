import { ClawReachError } from '#shared/errors.ts';

/** Error with a code `folder.*`: a folder that a forward names can't be shared, or a file in it can't be read. */
export class FolderError extends ClawReachError {
  override readonly name = 'FolderError';
}
