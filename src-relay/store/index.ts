export { openStore, Store, type SessionRecord } from './store.ts';
export { StoreChanges, type EnrolOutcome, type Membership, type RemoveOutcome, type StoreLimits } from './changes.ts';
