import { readFile } from 'node:fs/promises';
import { writePrivateFile } from '#node/files/index.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';

/**
 * Reads the relay key or the admission token from its file in the data directory. If the file doesn't exist, writes the result of `create` to it,
 * readable by its owner only (0600), completely or not at all.
 * @throws {RelayStartError} `relay.data-directory`
 */
export async function readOrCreateSecret(path: string, create: () => Uint8Array): Promise<Uint8Array> {
  try {
    const existing = await readIfPresent(path);
    if (existing !== undefined) return existing;
    const bytes = create();
    await writePrivateFile(path, bytes);
    return bytes;
  } catch (error) {
    throw new RelayStartError('relay.data-directory', `${path} cannot be read or written: ${errorMessage(error)}`, {
      cause: error,
      details: { path },
    });
  }
}

async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
