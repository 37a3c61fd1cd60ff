export { openRelayKey, type RelayKey } from './relay-key.ts';
export { openAdmissionToken } from './admission-token.ts';
export { openDataDirectory } from './data-directory.ts';
