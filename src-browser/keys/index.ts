export { createPageKeys, type PageKeys } from './page-keys.ts';
export { pageIdentity } from './page-identity.ts';
