import { readFile } from 'node:fs/promises';
import type { Licences } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

/** A file of our own that cannot be read. */
class LicencesError extends ClawReachError {
  override readonly name = 'LicencesError';
}

/**
 * What ClawReach is made of, as the build has written it; whoever hands it on checks it.
 * @throws {ClawReachError} `shell.licences-missing`
 */
export async function readLicencesFile(path: string): Promise<Licences> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Licences;
  } catch (cause) {
    throw new LicencesError('shell.licences-missing', `${path} cannot be read`, { cause });
  }
}
