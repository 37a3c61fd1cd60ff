import { StoreError, type SecretStore } from '#shared/storage.ts';
import { errorCode } from '#shared/errors.ts';
import { equalBytes, fromHex, toHex } from '#shared/bytes/index.ts';
import type { KeyStore } from './key-store.ts';
import { readSealedSecret, removeForGood, setAside, writeSealedSecret } from './sealed-file.ts';

export type SafeStorageSecretStoreOptions = Readonly<{
  /** Ready. */
  keyStore: KeyStore;
  /** Of the sealed secret. */
  sealed: string;
  /** The plain file that a device has without a key store; it is taken over. */
  plain: Readonly<{ path: string; store: SecretStore }>;
}>;

/**
 * The master secret in a file, sealed by the key store of the operating system.
 *
 * A plain file is taken over in this order: seal and write, read back and unseal, compare, and only then remove. Whatever interrupts that, the
 * next start finds one of the two that is whole, and the same identity.
 */
export class SafeStorageSecretStore implements SecretStore {
  readonly #options: SafeStorageSecretStoreOptions;

  constructor(options: SafeStorageSecretStoreOptions) {
    this.#options = options;
  }

  describe(): string {
    return this.#options.keyStore.backend ?? 'unknown';
  }

  /** @throws {StoreError} `store.key-store-refused`, `store.secret-conflict`, and as the files do; never makes a secret */
  async load(): Promise<Uint8Array | undefined> {
    const inFile = await this.#options.plain.store.load();
    return inFile === undefined ? this.#unseal() : this.#takeOver(inFile);
  }

  async save(secret: Uint8Array): Promise<void> {
    await this.#write(secret);
  }

  async #takeOver(inFile: Uint8Array): Promise<Uint8Array> {
    const { plain, sealed } = this.#options;
    let kept: Uint8Array | undefined;
    try {
      kept = await this.#unseal();
    } catch (error) {
      // Of an earlier take-over that did not come to its end, most likely, sealed with a key that is gone: the file is whole. Nobody can see whether it
      // is the same secret, and the key may come back: it is kept.
      if (errorCode(error) !== 'store.key-store-refused') throw error;
      await setAside(sealed);
    }
    if (kept === undefined) {
      await this.#write(inFile);
      kept = await this.#unseal();
    }
    if (kept === undefined || !equalBytes(kept, inFile)) {
      throw new StoreError('store.secret-conflict', 'two secrets for one device', {
        details: { file: plain.path, sealed },
      });
    }
    await removeForGood(plain.path);
    return kept;
  }

  async #write(secret: Uint8Array): Promise<void> {
    const { keyStore, sealed } = this.#options;
    const bytes = await keyStore.seal(toHex(secret));
    await writeSealedSecret(sealed, {
      version: 1,
      backend: this.describe(),
      sealed: Buffer.from(bytes).toString('base64'),
    });
  }

  async #unseal(): Promise<Uint8Array | undefined> {
    const { keyStore, sealed: path } = this.#options;
    const kept = await readSealedSecret(path);
    if (kept === undefined) return undefined;
    try {
      const secret = fromHex(await keyStore.unseal(Buffer.from(kept.sealed, 'base64')));
      if (secret.length === 32) return secret;
    } catch (error) {
      throw this.#refused(kept.backend, error);
    }
    throw this.#refused(kept.backend);
  }

  #refused(backend: string, cause?: unknown): StoreError {
    return new StoreError('store.key-store-refused', 'the key store does not open the secret of this device', {
      cause,
      details: { file: this.#options.sealed, backend, now: this.describe() },
    });
  }
}
