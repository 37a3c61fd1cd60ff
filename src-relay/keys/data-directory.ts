import { access, constants, mkdir } from 'node:fs/promises';
import { errorMessage } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';

/** Creates the directory for its owner only, and makes sure that it can be written. @throws {RelayStartError} `relay.data-directory` */
export async function openDataDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new RelayStartError(
      'relay.data-directory',
      `the data directory ${path} cannot be used: ${errorMessage(error)}`,
      {
        cause: error,
        details: { path },
      },
    );
  }
}
