import { readFile } from 'node:fs/promises';
import type { Licences } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

/** Error for a damaged installation file. */
class LicencesError extends ClawReachError {
  override readonly name = 'LicencesError';
}

/** Reads the list of bundled components that the build has written, unchecked. @throws {ClawReachError} `shell.licences-missing` */
export async function readLicencesFile(path: string): Promise<Licences> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Licences;
  } catch (cause) {
    throw new LicencesError('shell.licences-missing', `${path} cannot be read`, { cause });
  }
}
