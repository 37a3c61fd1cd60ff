/**
 * Key store of the operating system: holds one key for this application, and encrypts the device's secret with it. `ElectronKeyStore` implements it;
 * `chooseSecretStore` and the stores that it returns use it.
 */
export interface KeyStore {
  /**
   * Returns `ready`; `locked` if the store doesn't give out its key now, such as before a person unlocks it; `none` if this system has no key store.
   * In that case Chromium would encrypt with a publicly known key.
   */
  state(): Promise<'ready' | 'locked' | 'none'>;
  /** Name of the backend: `gnome-libsecret`, `kwallet6`, `keychain`, `dpapi`; null if there is none. */
  readonly backend: string | null;
  /** Encrypts a text. */
  seal(text: string): Promise<Uint8Array>;
  /** Decrypts; rejects for data sealed with another key. */
  unseal(sealed: Uint8Array): Promise<string>;
}
