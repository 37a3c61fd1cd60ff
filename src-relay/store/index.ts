export { copyDatabase, DATABASE_FILES } from './copy-database.ts';
export { openStore } from './open-store.ts';
export type { SessionRecord, Store } from './port.ts';
export type {
  AccountSessionKind,
  Database,
  InvitationStatus,
  OneTimePurpose,
  PersonRole,
  PlainSessionStatus,
  ProjectRole,
} from './schema/index.ts';
export {
  listProjectSessions,
  type ListedSession,
  type ProjectSessionQuery,
  type SessionCursor,
} from './session-history.ts';
export {
  BROWSER_SOFTWARE,
  StoreTransaction,
  type Departure,
  type EnrolOutcome,
  type Membership,
  type RemoveOutcome,
  type StoreLimits,
} from './transaction.ts';
