import type { RemoteView } from '#shared/app-api/index.ts';
import { formatUnit } from '../../../locale/index.ts';

/** Age at which a heartbeat is too old, ms: three intervals of 15 seconds. */
export const HEARTBEAT_TIMEOUT = 45_000;

/**
 * Status of a peer's OpenClaw: that of its latest heartbeat, or the reason why there is none. `unwatched`: it can't
 * be watched, see `problem`; `unheard`: no heartbeat yet; `silent`: the last one is too old.
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

/** Formats an uptime with at most two units, such as `3 days 4 hr`. Values of other machines are capped at a thousand years. */
export function formatUptime(seconds: number): string {
  let left = Math.floor(Math.min(Math.max(seconds, 0), 365_000 * 86_400));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    // No seconds beside minutes.
    if (count === 0 || (unit === 'second' && parts.length > 0)) continue;
    parts.push(formatUnit(count, unit));
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(' ') : formatUnit(0, 'second');
}
