import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';

/**
 * Creates the relay's data directory for its owner only (0700), and checks that it can be written. The first step of `startRelay`.
 * @throws {RelayStartError} `relay.data-directory`
 */
export async function openDataDirectory(path: string): Promise<void> {
  try {
    await makeDirectory(path);
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

/** Creates a directory and its parents without `recursive`, which never returns if an existing parent rejects directories (/proc). */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}
