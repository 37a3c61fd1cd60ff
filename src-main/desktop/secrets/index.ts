export { chooseSecretStore, type SecretStoreOptions } from './choose-secret-store.ts';
export { ElectronKeyStore, type ElectronSafeStorage } from './electron-key-store.ts';
export { MovableSecret, type MovableSecretOptions } from './movable-secret.ts';
export type { KeyStore } from './key-store.ts';
export { SafeStorageSecretStore, type SafeStorageSecretStoreOptions } from './safe-storage-secret-store.ts';
