import { StoreError, type SecretStore } from '#shared/storage.ts';
import { errorCode } from '#shared/errors.ts';

/** Length of a master secret in bytes. */
export const SECRET_LENGTH = 32;

/**
 * Loads the device's master secret from its store, and creates the secret at the first start. Two agents that start at the same time get the same
 * secret. Called once, when the agent is created. `SecretStore` is a file of the profile or the system's keychain.
 * @throws {StoreError} `store.secret-*` from the store
 */
export async function loadOrCreateSecret(
  store: SecretStore,
  randomBytes: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  const existing = await store.load();
  if (existing !== undefined) return existing;
  try {
    await store.save(randomBytes(SECRET_LENGTH));
  } catch (error) {
    if (errorCode(error) !== 'store.secret-exists') throw error;
  }
  // Read the secret back: a store that doesn't keep it fails now, not at the next start.
  const saved = await store.load();
  if (saved === undefined)
    throw new StoreError('store.secret-lost', `the ${store.describe()} store did not keep the secret`);
  return saved;
}
