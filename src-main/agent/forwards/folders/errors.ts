import { ClawReachError } from '#shared/errors.ts';

/** Error in a folder that is to be shared. */
export class FolderError extends ClawReachError {
  override readonly name = 'FolderError';
}

/** The system's own name of what went wrong, such as `ENOENT`. */
export function systemCode(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
