export { chooseSecretStore, type ChosenSecretStore } from './choose-secret-store.ts';
export { ElectronKeyStore, type ElectronSafeStorage } from './electron-key-store.ts';
export type { KeyStore } from './key-store.ts';
export { SafeStorageSecretStore, type SafeStorageSecretStoreOptions } from './safe-storage-secret-store.ts';
