export { AgentTokenFiles } from './agent-token-files.ts';
export { createConnectorFiles, type ConnectorFiles } from './connector-files.ts';
export {
  checkPrivateDirectory,
  ensurePrivateDirectory,
  unreadableError,
  unwritableError,
} from './private-directory.ts';
export { PrivateFolder } from './private-folder.ts';
export { FileSecretStore } from './file-secret-store.ts';
export { DiskJournalFile, type JournalDisk } from './disk-journal-file.ts';
export { JsonDocumentFile, type ReportProblem } from './json-document-file.ts';
export { plainRelayFile, profilePaths } from './profile-paths.ts';
export { ROTATION_LIMITS, RotatingLineFile, type RotationLimits } from './rotating-line-file.ts';
export { tryWriting, writeProblem } from './try-writing.ts';
export { writePrivateFile } from './private-file.ts';
export { WebhookSecretFiles } from './webhook-secret-files.ts';
