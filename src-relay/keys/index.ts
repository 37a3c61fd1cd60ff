export { openRelayKey, type RelayKey } from './relay-key.ts';
export { openAdmissionToken } from './admission-token.ts';
export { openDataDirectory } from './data-directory.ts';
export { openSealKey } from './seal-key.ts';
export { Sealer } from './sealer.ts';
