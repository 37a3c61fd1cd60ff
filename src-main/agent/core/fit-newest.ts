import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';

/** Bytes that an answer adds around its value. */
const ENVELOPE = 1024;

/** The beginning of a list that is ordered newest first, as long as it fits into one answer. */
export function newestThatFit<Entry>(entries: readonly Entry[]): Entry[] {
  let left = APP_WIRE_LIMITS.message - ENVELOPE;
  const end = entries.findIndex((entry) => (left -= toUtf8(JSON.stringify(entry)).length + 1) < 0);
  return entries.slice(0, end === -1 ? entries.length : end);
}
