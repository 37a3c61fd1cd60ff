export { StoreError, type DocumentFile, type LineFile, type SecretStore } from '#shared/storage.ts';
export { DocumentStore, type DocumentDefinition } from './document.ts';
export { SecretBox, type SecretLabel } from './secret-box.ts';
export { loadOrCreateSecret, SECRET_LENGTH } from './secret.ts';
export { ProfileProblems } from './profile-problems.ts';
export { MEMBERSHIPS_LIMIT, SettingsStore, type GivenMembership, type Settings } from './settings.ts';
export { AuditLog } from './audit.ts';
export { OTHERS, RepeatedEntries } from './repeated-entries.ts';
export type { AuditEvent, AuditEvents } from './audit-events.ts';
