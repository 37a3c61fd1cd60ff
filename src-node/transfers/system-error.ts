import { systemCode } from '#shared/errors.ts';
import { FilesError } from '#shared/files/index.ts';

const SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NAME = new Set(['ENAMETOOLONG', 'EINVAL', 'EILSEQ']);
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR']);

/** Converts the error of a write below a folder of incoming files to `file.no-space`, `file.name` or `file.disk`. */
export function writeError(error: unknown): FilesError {
  if (error instanceof FilesError) return error;
  const reason = systemCode(error) ?? 'unknown';
  const code = SPACE.has(reason) ? 'file.no-space' : NAME.has(reason) ? 'file.name' : 'file.disk';
  return new FilesError(code, `a file could not be written: ${reason}`, { cause: error, details: { reason } });
}

/** Converts the error of a read to `file.gone` or `file.unreadable`. */
export function readError(error: unknown): FilesError {
  if (error instanceof FilesError) return error;
  const reason = systemCode(error) ?? 'unknown';
  return new FilesError(GONE.has(reason) ? 'file.gone' : 'file.unreadable', `a file could not be read: ${reason}`, {
    cause: error,
    details: { reason },
  });
}
