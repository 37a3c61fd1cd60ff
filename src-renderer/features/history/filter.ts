import type { CallInput, HistoryKind } from '#shared/app-api/index.ts';

export const HISTORY_TIMES = ['all', 'hour', 'day', 'week', 'month'] as const;
export type HistoryTime = (typeof HISTORY_TIMES)[number];

/** Filter of the history. */
export type HistoryFilter = Readonly<{
  text: string;
  /** Peer ID; empty for all. */
  peer: string;
  kind: HistoryKind | 'all';
  time: HistoryTime;
}>;

export const NO_FILTER: HistoryFilter = { text: '', peer: '', kind: 'all', time: 'all' };

/** Most entries loaded at once; older ones are found by a narrower filter. */
export const HISTORY_PAGE_SIZE = 1000;

const HOUR = 3_600_000;
const LENGTHS: Readonly<Record<Exclude<HistoryTime, 'all'>, number>> = {
  hour: HOUR,
  day: 24 * HOUR,
  week: 168 * HOUR,
  month: 720 * HOUR,
};

export function queryOf({ text, peer, kind, time }: HistoryFilter, now: number): CallInput<'history.list'> {
  return {
    limit: HISTORY_PAGE_SIZE,
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(peer === '' ? {} : { peer }),
    ...(kind === 'all' ? {} : { kinds: [kind] }),
    ...(time === 'all' ? {} : { since: Math.floor(now - LENGTHS[time]) }),
  };
}

export function isFiltered(filter: HistoryFilter): boolean {
  return filter.text.trim() !== '' || filter.peer !== '' || filter.kind !== 'all' || filter.time !== 'all';
}
