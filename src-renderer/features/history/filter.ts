import type { CallInput, HistoryKind } from '#shared/app-api/index.ts';

/** Periods to choose from: all entries, or those of the last hour, day, week or month. */
export const HISTORY_PERIODS = ['all', 'hour', 'day', 'week', 'month'] as const;
export type HistoryPeriod = (typeof HISTORY_PERIODS)[number];

/** Filter of the history. */
export type HistoryFilter = Readonly<{
  text: string;
  /** Peer ID; empty for all. */
  peer: string;
  kind: HistoryKind | 'all';
  time: HistoryPeriod;
}>;

export const NO_FILTER: HistoryFilter = { text: '', peer: '', kind: 'all', time: 'all' };

/** Most entries loaded at once; older ones are found by a narrower filter. */
export const HISTORY_PAGE_SIZE = 1000;

const HOUR = 3_600_000;
const LENGTHS: Readonly<Record<Exclude<HistoryPeriod, 'all'>, number>> = {
  hour: HOUR,
  day: 24 * HOUR,
  week: 168 * HOUR,
  month: 720 * HOUR,
};

/** Returns the input of the call `history.list` for a filter. */
export function queryOf({ text, peer, kind, time }: HistoryFilter, now: number): CallInput<'history.list'> {
  return {
    limit: HISTORY_PAGE_SIZE,
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(peer === '' ? {} : { peer }),
    ...(kind === 'all' ? {} : { kinds: [kind] }),
    ...(time === 'all' ? {} : { since: Math.floor(now - LENGTHS[time]) }),
  };
}

/** Returns true if the filter leaves out anything. */
export function isFiltered(filter: HistoryFilter): boolean {
  return filter.text.trim() !== '' || filter.peer !== '' || filter.kind !== 'all' || filter.time !== 'all';
}
