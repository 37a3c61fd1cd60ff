export { openStore, Store, type SessionRecord } from './store.ts';
export {
  StoreTransaction,
  type EnrolOutcome,
  type Membership,
  type RemoveOutcome,
  type StoreLimits,
} from './transaction.ts';
