import type { RemoteView } from '#shared/app-api/index.ts';
import { formatUnit } from '../../../locale/index.ts';

/** Three of them missed, ms: one comes every 15 seconds. */
export const HEARTBEAT_TIMEOUT = 45_000;

/**
 * How a remote stands: what its newest heartbeat says, or why there is none to go by. `unwatched`: it cannot be watched, `problem` says why;
 * `silent`: what was heard is too old to count.
 */
export type OpenClawStatus = 'online' | 'reconnecting' | 'offline' | 'unwatched' | 'unheard' | 'silent';

export function openClawStatus({ heartbeat, heardAt, problem }: RemoteView, now: number): OpenClawStatus {
  if (problem !== null) return 'unwatched';
  if (heartbeat === null || heardAt === null) return 'unheard';
  return now - heardAt > HEARTBEAT_TIMEOUT ? 'silent' : heartbeat.connection_state;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Two units at most, `3 days 4 hr`; what another machine says is kept within a thousand years. */
export function formatUptime(seconds: number): string {
  let left = Math.floor(Math.min(Math.max(seconds, 0), 365_000 * 86_400));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    // Seconds tell nothing beside minutes.
    if (count === 0 || (unit === 'second' && parts.length > 0)) continue;
    parts.push(formatUnit(count, unit));
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(' ') : formatUnit(0, 'second');
}
