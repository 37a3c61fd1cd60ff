import type { SafeStorage } from 'electron';
import type { KeyStore } from './key-store.ts';

/** Asynchronous calls of `safeStorage`, which Electron has from 45 on and not in its types of earlier versions. */
type AsynchronousCalls = Readonly<{
  isAsyncEncryptionAvailable(): Promise<boolean>;
  encryptStringAsync(text: string): Promise<Buffer>;
  decryptStringAsync(sealed: Buffer): Promise<Readonly<{ result: string }>>;
}>;

/** Part of Electron's `safeStorage` that this class uses, in every supported version. The synchronous calls exist up to 45. */
export type ElectronSafeStorage = Readonly<
  Partial<
    AsynchronousCalls &
      Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString' | 'getSelectedStorageBackend'>
  >
>;

/** Backends with which Chromium encrypts by a publicly known key, which protects nothing. */
const NO_PROTECTION: ReadonlySet<string> = new Set(['basic_text', 'unknown']);

/**
 * Key store behind Electron's `safeStorage`; usable once the application is ready. Created by `startServices`. Writes no file: `seal` returns the
 * encrypted bytes.
 */
export class ElectronKeyStore implements KeyStore {
  readonly #storage: ElectronSafeStorage;
  readonly #platform: string;

  constructor(storage: ElectronSafeStorage, platform: string) {
    this.#storage = storage;
    this.#platform = platform;
  }

  get backend(): string | null {
    if (this.#platform === 'darwin') return 'keychain';
    if (this.#platform === 'win32') return 'dpapi';
    const selected = this.#storage.getSelectedStorageBackend?.() ?? 'unknown';
    return NO_PROTECTION.has(selected) ? null : selected.replaceAll('_', '-');
  }

  async state(): Promise<'ready' | 'locked' | 'none'> {
    if (this.backend === null) return 'none';
    try {
      const storage = this.#storage;
      const available = await (storage.isAsyncEncryptionAvailable?.() ?? storage.isEncryptionAvailable?.());
      return available === true ? 'ready' : 'locked';
    } catch {
      return 'locked';
    }
  }

  async seal(text: string): Promise<Uint8Array> {
    const sealed = await (this.#storage.encryptStringAsync?.(text) ?? this.#storage.encryptString?.(text));
    if (sealed === undefined) throw new TypeError('this Electron seals nothing');
    return sealed;
  }

  async unseal(sealed: Uint8Array): Promise<string> {
    const bytes = Buffer.from(sealed);
    const opened = await this.#storage.decryptStringAsync?.(bytes);
    const text = opened?.result ?? this.#storage.decryptString?.(bytes);
    if (text === undefined) throw new TypeError('this Electron unseals nothing');
    return text;
  }
}
