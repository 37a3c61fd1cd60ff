export type { AeadKey, CryptoBackend, KeyPair } from './backend.ts';
export { nobleBackend } from './noble.ts';
