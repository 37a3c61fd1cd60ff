import { StoreError, type SecretStore } from '#shared/storage.ts';
import { errorCode } from '#shared/errors.ts';

/** Length of a master secret in bytes. */
export const SECRET_LENGTH = 32;

/**
 * The device's master secret; the first start makes one. Two agents that start at once end up with the same.
 * @throws {StoreError} `store.secret-*` as the store does
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
  // Read back what is really there, so that a store that does not keep anything is found out now and not at the next start.
  const saved = await store.load();
  if (saved === undefined)
    throw new StoreError('store.secret-lost', `the ${store.describe()} store did not keep the secret`);
  return saved;
}
