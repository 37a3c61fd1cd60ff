import type { BrowserLife, Grant } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { BrowserRecord, PeerRecord } from './peer-record.ts';

const HOUR = 3_600_000;
/** Longest time of each lifetime, ms. A browser approved for its tab ends earlier, once the tab is closed. */
const LONGEST: Readonly<Record<BrowserLife, number>> = { tab: 12 * HOUR, '12h': 12 * HOUR, '30d': 30 * 24 * HOUR };

/** Returns the end of a lifetime that begins now, ms since 1970. */
export function endOfLife(clock: Pick<Clock, 'now'>, life: BrowserLife): number {
  return clock.now() + LONGEST[life];
}

/** Returns the grant, ending with the browser at the latest if it allows something. Pure. @param browser undefined for a machine */
export function untilEnd(grant: Grant, browser: BrowserRecord | undefined): Grant {
  if (browser === undefined || grant.decision !== 'allow') return grant;
  return { ...grant, expiresAt: Math.min(grant.expiresAt ?? Infinity, browser.endsAt) };
}

/** Returns the record with a new lifetime from now on; unchanged for a machine. */
export function withLife(clock: Pick<Clock, 'now'>, record: PeerRecord, life: BrowserLife | undefined): PeerRecord {
  const { browser } = record;
  if (browser === undefined || life === undefined) return record;
  const changed = { ...browser, life, endsAt: endOfLife(clock, life) };
  return { ...record, browser: changed, grants: movedToEnd(record.grants, browser, changed) };
}

/** Returns the grants with those that lasted until the end of a browser moved to its new end. Those that would outlast it end with it. */
function movedToEnd(grants: PeerRecord['grants'], before: BrowserRecord, after: BrowserRecord): PeerRecord['grants'] {
  return Object.fromEntries(
    Object.entries(grants).map(([right, grant]) => [
      right,
      untilEnd(grant.expiresAt === before.endsAt ? { ...grant, expiresAt: after.endsAt } : grant, after),
    ]),
  );
}
