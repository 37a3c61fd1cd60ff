import { StoreError, type SecretStore } from '#shared/storage.ts';
import { errorCode } from '#shared/errors.ts';
import { equalBytes, fromHex, toHex } from '#shared/bytes/index.ts';
import type { FileSecretStore } from '#node/files/index.ts';
import type { KeyStore } from './key-store.ts';
import { readSealedSecret, removeDurably, setAside, writeSealedSecret } from './sealed-file.ts';

export type SafeStorageSecretStoreOptions = Readonly<{
  /** Key store, in state `ready`. */
  keyStore: KeyStore;
  /** Path of the sealed secret. */
  sealed: string;
  /** Plain file that a device has without a key store, or by choice. */
  plain: Readonly<{ path: string; store: FileSecretStore }>;
}>;

/**
 * Store of the master secret in a file sealed by the operating system's key store; `MovableSecret` uses it. Moves a plain file into it in this order:
 * seal and write, read back and unseal, compare, and only then remove the plain one; and back the same way. After any interruption, the next start
 * finds at least one complete copy of the same secret.
 */
export class SafeStorageSecretStore implements SecretStore {
  readonly #options: SafeStorageSecretStoreOptions;

  constructor(options: SafeStorageSecretStoreOptions) {
    this.#options = options;
  }

  describe(): string {
    return this.#options.keyStore.backend ?? 'unknown';
  }

  /**
   * Loads the secret, moving a plain file if there is one. Never creates one.
   * @throws {StoreError}
   * `store.key-store-refused`, `store.secret-conflict`, and as the files do
   */
  async load(): Promise<Uint8Array | undefined> {
    const { plain } = this.#options;
    const inFile = await plain.store.load();
    const secret = inFile === undefined ? await this.#unseal() : await this.#takeOver(inFile);
    if (secret !== undefined) await plain.store.removeUnfinished();
    return secret;
  }

  /**
   * Moves the secret to the plain file: write, read back, compare, and only then remove the sealed one.
   * @throws {StoreError} as `load`, and `store.write`; the sealed secret stays until the plain one is complete
   */
  async moveToFile(): Promise<Uint8Array | undefined> {
    const { plain, sealed } = this.#options;
    const inFile = await plain.store.load();
    if (inFile === undefined) {
      const kept = await this.#unseal();
      if (kept === undefined) return undefined;
      await this.#writeFile(kept);
      await removeDurably(sealed);
      return kept;
    }
    const kept = await this.#unsealOrSetAside();
    if (kept === undefined) return inFile;
    if (!equalBytes(kept, inFile)) throw this.#conflict();
    await removeDurably(sealed);
    return inFile;
  }

  async save(secret: Uint8Array): Promise<void> {
    await this.#write(secret);
  }

  async #takeOver(inFile: Uint8Array): Promise<Uint8Array> {
    const { plain } = this.#options;
    let kept = await this.#unsealOrSetAside();
    if (kept === undefined) {
      await this.#write(inFile);
      kept = await this.#readBack();
    }
    if (kept === undefined || !equalBytes(kept, inFile)) throw this.#conflict();
    await removeDurably(plain.path);
    return kept;
  }

  async #writeFile(secret: Uint8Array): Promise<void> {
    const { path, store } = this.#options.plain;
    await store.save(secret);
    let written: Uint8Array | undefined;
    let cause: unknown;
    try {
      written = await store.load();
    } catch (error) {
      cause = error;
    }
    if (written !== undefined && equalBytes(written, secret)) return;
    // If both existed and differed, the next start would use neither; the sealed one is complete.
    await removeDurably(path);
    throw notKept(path, cause);
  }

  /** Reads back what was just sealed; removes it if it differs, since the plain file is complete. */
  async #readBack(): Promise<Uint8Array | undefined> {
    const { sealed } = this.#options;
    try {
      return await this.#unseal();
    } catch (error) {
      if (errorCode(error) !== 'store.malformed') throw error;
      await removeDurably(sealed);
      throw notKept(sealed, error);
    }
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

  /** Unseals a file that lies beside a complete plain one; sets it aside if that fails. */
  async #unsealOrSetAside(): Promise<Uint8Array | undefined> {
    try {
      return await this.#unseal();
    } catch (error) {
      // Most likely an interrupted move, sealed with a lost key. It might be a different secret, and the key may
      // return, so it is kept.
      if (errorCode(error) !== 'store.key-store-refused') throw error;
      await setAside(this.#options.sealed);
      return undefined;
    }
  }

  #conflict(): StoreError {
    const { plain, sealed } = this.#options;
    return new StoreError('store.secret-conflict', 'two secrets for one device', {
      details: { file: plain.path, sealed },
    });
  }

  #refused(backend: string, cause?: unknown): StoreError {
    return new StoreError('store.key-store-refused', 'the key store does not open the secret of this device', {
      cause,
      details: { file: this.#options.sealed, backend, now: this.describe() },
    });
  }
}

function notKept(file: string, cause: unknown): StoreError {
  return new StoreError('store.write', `${file} did not keep the secret`, {
    cause,
    details: { file, reason: 'it does not hold what was written' },
  });
}
