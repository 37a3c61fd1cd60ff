import { systemCode } from '#shared/errors.ts';
import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the directory for Chromium's own files and the single-instance lock: in the profile; or, if that is read-only, a temporary directory that
 * is the same each time, so that the application can start and report the problem. Called by `start.ts`. Creates only the temporary directory, with
 * access for its owner only.
 * @param temporary the system's directory for temporary files
 * @param user numeric ID of the account; undefined on Windows
 */
export function windowDirectory(profile: string, temporary: string, user: number | undefined): string {
  const usual = join(profile, 'window');
  if (!isReadOnly(profile)) return usual;
  const hash = createHash('sha256').update(profile).digest('hex').slice(0, 16);
  const elsewhere = join(temporary, `clawreach-window-${user ?? 0}-${hash}`);
  try {
    mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
    const { mode, uid } = lstatSync(elsewhere);
    // Another user may have created it to read its contents.
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
    return systemCode(error) === 'EROFS';
  }
}
