import type { BrowserLife, Grant } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { BrowserRecord } from './peer-record.ts';

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
