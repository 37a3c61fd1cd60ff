import type { Logger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { FileSecretStore, profilePaths } from '#node/files/index.ts';
import type { StoredSecretLocation } from '../ports.ts';
import { MovableSecret } from './movable-secret.ts';
import type { KeyStore } from './key-store.ts';
import { readSealedSecret } from './sealed-file.ts';
import { SafeStorageSecretStore } from './safe-storage-secret-store.ts';

export type SecretStoreOptions = Readonly<{
  profile: string;
  keyStore: KeyStore;
  /** The person's choice; undefined means the key store. */
  remembered: StoredSecretLocation;
  logger: Logger;
}>;

/**
 * Chooses where this device's secret is stored: in the key store if it works, unless the person wants a file; otherwise in the file, with the reason.
 * Called each time the application starts its own agent. Reads the profile's secret files and changes nothing: the returned store does.
 * @throws {StoreError} `store.key-store-locked`, `store.key-store-missing` if a sealed secret can't be read now
 */
export async function chooseSecretStore(options: SecretStoreOptions): Promise<MovableSecret> {
  const { keyStore, remembered, logger } = options;
  const paths = profilePaths(options.profile);
  const plain = new FileSecretStore(paths.secret);
  const state = await keyStore.state();
  if (state === 'ready') {
    const sealing = new SafeStorageSecretStore({
      keyStore,
      sealed: paths.sealedSecret,
      plain: { path: paths.secret, store: plain },
    });
    const location = remembered.load() ?? 'key-store';
    return new MovableSecret({ plain, keyStore, sealing, location, problem: null, remembered, logger });
  }
  const sealed = await readSealedSecret(paths.sealedSecret);
  // If a move was interrupted, the plain file still exists, with the same secret.
  if (sealed !== undefined && (await plain.load()) === undefined) {
    throw new StoreError(`store.key-store-${state === 'locked' ? 'locked' : 'missing'}`, 'the secret is sealed', {
      details: { file: paths.sealedSecret, backend: sealed.backend },
    });
  }
  logger.warn('no key store protects the secret of this device', { state });
  const problem = state === 'locked' ? 'key-store-locked' : 'no-key-store';
  return new MovableSecret({ plain, keyStore, sealing: undefined, location: 'file', problem, remembered, logger });
}
