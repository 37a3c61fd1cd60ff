import type { CallInput, HistoryEntry } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';

/** Filter of `history.list`: peer, kinds, time range (ms since 1970), words. */
export type HistoryQuery = Omit<CallInput<'history.list'>, 'limit'>;

/** Reports whether an entry matches a query of `history.list`. Pure. Used by the handler `history.list`. */
export function matchesQuery(entry: HistoryEntry, { peer, kinds, since, until, text }: HistoryQuery): boolean {
  if (kinds !== undefined && !kinds.includes(entry.kind)) return false;
  if (peer !== undefined && !isOf(entry, peer)) return false;
  // An open entry lasts until now. An entry that a crash cut off has only a start.
  const last = entry.endedAt ?? (entry.open ? Number.POSITIVE_INFINITY : entry.startedAt);
  if (since !== undefined && last < since) return false;
  if (until !== undefined && entry.startedAt >= until) return false;
  const words = text?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const facts = (entry.facts ?? []).map(({ value }) => value).join(' ');
  const shown = `${entry.peerName} ${entry.name ?? ''} ${entry.detail} ${facts} ${entry.outcome ?? ''}`.toLowerCase();
  return words.every((word) => shown.includes(word));
}

function isOf({ peerId, peerName }: HistoryEntry, wanted: string): boolean {
  return peerId === wanted || plainKey(peerName) === plainKey(wanted);
}
