export { agreementKey, ephemeralKey, type AgreementKey } from './agreement-key.ts';
export type { AeadKey, CryptoBackend, HashStream } from './backend.ts';
export { nobleBackend } from './noble.ts';
