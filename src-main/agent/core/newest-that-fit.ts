import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';

/** Bytes that an answer of the app API adds around its value. */
const ENVELOPE = 1024;

/**
 * Returns the first entries of a list, as many as fit into one answer of the app API. The list is ordered newest first. Pure. Used by the handlers of
 * long lists, such as the history.
 */
export function newestThatFit<Entry>(entries: readonly Entry[]): Entry[] {
  let left = APP_WIRE_LIMITS.message - ENVELOPE;
  const end = entries.findIndex((entry) => (left -= toUtf8(JSON.stringify(entry)).length + 1) < 0);
  return entries.slice(0, end === -1 ? entries.length : end);
}
