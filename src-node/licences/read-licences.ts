import { readFile } from 'node:fs/promises';
import type { Licences } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

/** Error for a licence list that is missing or unreadable in the installation. */
class LicencesError extends ClawReachError {
  override readonly name = 'LicencesError';
}

/**
 * Reads the list of bundled components and their licences, a JSON file that the build wrote, for the window's licence page. Does not check its
 * contents.
 * @throws {ClawReachError} `shell.licences-missing`
 */
export async function readLicencesFile(path: string): Promise<Licences> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Licences;
  } catch (cause) {
    throw new LicencesError('shell.licences-missing', `${path} cannot be read`, { cause });
  }
}
