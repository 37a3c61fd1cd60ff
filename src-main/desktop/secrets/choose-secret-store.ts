import type { Logger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { FileSecretStore, profilePaths } from '#node/files/index.ts';
import type { RememberedSecretPlace } from '../ports.ts';
import { KeptSecret } from './kept-secret.ts';
import type { KeyStore } from './key-store.ts';
import { readSealedSecret } from './sealed-file.ts';
import { SafeStorageSecretStore } from './safe-storage-secret-store.ts';

export type SecretStoreOptions = Readonly<{
  profile: string;
  keyStore: KeyStore;
  /** What the person has chosen; the key store as long as that is nothing. */
  remembered: RememberedSecretPlace;
  logger: Logger;
}>;

/**
 * The key store where there is one that works, unless the person wants a file; else the file, and why. A secret that is sealed already is never
 * left behind for a new one.
 * @throws {StoreError} `store.key-store-locked`, `store.key-store-missing`: the secret is sealed and cannot be had now
 */
export async function chooseSecretStore(options: SecretStoreOptions): Promise<KeptSecret> {
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
    const place = remembered.load() ?? 'key-store';
    return new KeptSecret({ plain, keyStore, sealing, place, problem: null, remembered, logger });
  }
  const sealed = await readSealedSecret(paths.sealedSecret);
  // What a move has not finished is still there, and the same.
  if (sealed !== undefined && (await plain.load()) === undefined) {
    throw new StoreError(`store.key-store-${state === 'locked' ? 'locked' : 'missing'}`, 'the secret is sealed', {
      details: { file: paths.sealedSecret, backend: sealed.backend },
    });
  }
  logger.warn('no key store protects the secret of this device', { state });
  const problem = state === 'locked' ? 'key-store-locked' : 'no-key-store';
  return new KeptSecret({ plain, keyStore, sealing: undefined, place: 'file', problem, remembered, logger });
}
