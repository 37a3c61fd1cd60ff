export { createUpdates, type UpdateServiceOptions } from './create-updates.ts';
export { isTemporaryPath } from './installation.ts';
export { packageType } from './package-type.ts';
export { Updates } from './updates.ts';
