import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where Chromium keeps its own files, with the lock of the single instance: in the profile; or where that may only be read, in a directory for
 * temporary files that is the same each time, so that the application starts and can say so.
 * @param temporary directory for temporary files of the system
 * @param user number of the account; undefined on Windows
 */
export function windowDirectory(profile: string, temporary: string, user: number | undefined): string {
  const usual = join(profile, 'window');
  if (!isReadOnly(profile)) return usual;
  const hash = createHash('sha256').update(profile).digest('hex').slice(0, 16);
  const elsewhere = join(temporary, `clawreach-window-${user ?? 0}-${hash}`);
  try {
    mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
    const { mode, uid } = lstatSync(elsewhere);
    // Somebody else may have made it, to see what is in it.
    return user === undefined || (uid === user && (mode & 0o077) === 0) ? elsewhere : usual;
  } catch {
    return usual;
  }
}

function isReadOnly(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS';
  }
}
