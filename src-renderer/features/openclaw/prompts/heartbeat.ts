import type { RemoteView } from '#shared/app-api/index.ts';
import { formatUnit, text } from '../../../locale/index.ts';

/** Age from which a heartbeat is too old, ms: three intervals of 15 seconds. */
export const HEARTBEAT_TIMEOUT = 45_000;

/**
 * Status of a peer's OpenClaw: the one in its latest heartbeat, or the reason for not knowing it. `unavailable`: heartbeats don't arrive because of a
 * `problem`; `no-heartbeat`: none has arrived yet; `silent`: the latest is too old.
 */
export type OpenClawStatus = 'online' | 'reconnecting' | 'offline' | 'unavailable' | 'no-heartbeat' | 'silent';

/**
 * Returns the status of a peer's OpenClaw. Pure.
 * @param now ms since 1970
 */
export function openClawStatus({ heartbeat, heardAt, problem }: RemoteView, now: number): OpenClawStatus {
  if (problem !== null) return 'unavailable';
  if (heartbeat === null || heardAt === null) return 'no-heartbeat';
  return now - heardAt > HEARTBEAT_TIMEOUT ? 'silent' : heartbeat.connection_state;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/**
 * Formats an uptime in seconds with at most two units, such as `3 days 4 hr`, in the window's language. Values from other machines are capped at a
 * thousand years.
 */
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

/** Returns words for the number of tasks that an OpenClaw works on. */
export function taskText(count: number): string {
  return text('prompts.tasks', { count });
}
