/** Key store of the operating system: holds one key for this application, and encrypts with it. */
export interface KeyStore {
  /**
   * Returns `ready`; `locked` if the store doesn't give out its key now; `none` if there is none, where Chromium's
   * "encryption" protects nothing.
   */
  state(): Promise<'ready' | 'locked' | 'none'>;
  /** Name of the backend: `gnome-libsecret`, `kwallet6`, `keychain`, `dpapi`; null if there is none. */
  readonly backend: string | null;
  /** Encrypts a text. */
  seal(text: string): Promise<Uint8Array>;
  /** Decrypts; rejects for data sealed with another key. */
  unseal(sealed: Uint8Array): Promise<string>;
}
