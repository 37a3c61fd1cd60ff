import type { Clock } from '#shared/clock.ts';
import type { DataConnectionForm, DataConnectionFormCache } from './types.ts';

/** Lifetime of an entry, ms. */
const LIFE = 24 * 60 * 60_000;
const MAX_ENTRIES = 64;

/** Creates the cache in which `createRelayDialer` remembers the form of data connection that works with each relay. Lives in memory only. */
export function createLinkFormMemory(clock: Clock): DataConnectionFormCache {
  const entries = new Map<string, Readonly<{ form: DataConnectionForm; until: number }>>();
  return {
    recall(authority) {
      const entry = entries.get(authority);
      if (entry === undefined || entry.until > clock.now()) return entry?.form;
      entries.delete(authority);
      return undefined;
    },
    remember(authority, form) {
      entries.delete(authority);
      entries.set(authority, { form, until: clock.now() + LIFE });
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
    },
  };
}
