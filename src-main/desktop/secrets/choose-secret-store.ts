import type { ShellFacts } from '#shared/app-api/index.ts';
import type { Logger } from '#shared/logger.ts';
import { StoreError, type SecretStore } from '#shared/storage.ts';
import { FileSecretStore, profilePaths } from '#node/files/index.ts';
import type { KeyStore } from './key-store.ts';
import { readSealedSecret } from './sealed-file.ts';
import { SafeStorageSecretStore } from './safe-storage-secret-store.ts';

export type ChosenSecretStore = Readonly<{ store: SecretStore; facts: ShellFacts['secretStore'] }>;

/**
 * The key store where there is one that works; else the file, and why. A secret that is sealed already is never left behind for a new one.
 * @throws {StoreError} `store.key-store-locked`, `store.key-store-missing`: the secret is sealed and cannot be had now
 */
export async function chooseSecretStore(
  options: Readonly<{ profile: string; keyStore: KeyStore; logger: Logger }>,
): Promise<ChosenSecretStore> {
  const { keyStore, logger } = options;
  const paths = profilePaths(options.profile);
  const plain = new FileSecretStore(paths.secret);
  const state = await keyStore.state();
  const { backend } = keyStore;
  if (state === 'ready') {
    return {
      store: new SafeStorageSecretStore({
        keyStore,
        sealed: paths.sealedSecret,
        plain: { path: paths.secret, store: plain },
      }),
      facts: { protection: 'encrypted', backend, problem: null },
    };
  }
  const sealed = await readSealedSecret(paths.sealedSecret);
  // What a take-over has not finished is still there, and the same.
  if (sealed !== undefined && (await plain.load()) === undefined) {
    throw new StoreError(`store.key-store-${state === 'locked' ? 'locked' : 'missing'}`, 'the secret is sealed', {
      details: { file: paths.sealedSecret, backend: sealed.backend },
    });
  }
  logger.warn('no key store protects the secret of this device', { state });
  return {
    store: plain,
    facts: {
      protection: 'file',
      backend,
      problem: state === 'locked' ? 'key-store-locked' : 'no-key-store',
    },
  };
}
