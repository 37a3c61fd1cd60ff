/** Check of the page that this device's relay serves to browsers. */
export { comparePage, type KnownPage, type PageAccess, type PageComparison } from './compare-page.ts';
export { createRelayPage, type RelayPageOptions } from './module.ts';
