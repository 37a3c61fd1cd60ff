export { checkPrivateDirectory, ensurePrivateDirectory } from './private.ts';
export { PrivateFolder } from './folder.ts';
export { FileSecretStore } from './secret.ts';
export { JsonDocumentFile, profilePaths, type ReportProblem } from './document.ts';
export { ROTATION_LIMITS, RotatingLineFile, type RotationLimits } from './lines.ts';
export { tryWriting, writeProblem } from './try-writing.ts';
export { writePrivateFile } from './private-file.ts';
