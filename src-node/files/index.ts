export { checkPrivateDirectory, ensurePrivateDirectory } from './private.ts';
export { FileSecretStore } from './secret.ts';
export { JsonDocumentFile, profilePaths } from './document.ts';
export { ROTATION_LIMITS, RotatingLineFile, type RotationLimits } from './lines.ts';
export { writePrivateFile } from './private-file.ts';
