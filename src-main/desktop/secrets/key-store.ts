/** The key store of the operating system: keeps one key for this application, and seals with it. */
export interface KeyStore {
  /**
   * `ready`; `locked`: there is one, and it does not give its key now; `none`: this desktop has none, and what Chromium calls encryption then is
   * none.
   */
  state(): Promise<'ready' | 'locked' | 'none'>;
  /** For people and for the file: `gnome-libsecret`, `kwallet6`, `keychain`, `dpapi`; null when there is none. */
  readonly backend: string | null;
  seal(text: string): Promise<Uint8Array>;
  /** Rejects for what another key has sealed. */
  unseal(sealed: Uint8Array): Promise<string>;
}
