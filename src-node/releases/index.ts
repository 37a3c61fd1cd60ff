export { ReleaseFeed, type FeedOptions, type UpdateSource } from './feed.ts';
export { readMetadata, type ReleaseMetadata } from './metadata.ts';
export { checkPageSignature } from './page-signature.ts';
export { checkSignature, keyId, MAX_KEYS } from './signature.ts';
export { builtUpdateSource, readUpdateSource } from './source.ts';
export { UpdateError } from './update-error.ts';
export { isNewer, parseVersion, type Version } from './version.ts';
export { commandFolderOf, createRelayPackages, type RelayPackage, type RelayPackages } from './relay-packages.ts';
