import type { CallInput, HistoryKind } from '#shared/app-api/index.ts';

/** Periods that the filter offers: all entries, or those of the last hour, day, week or month. */
export const HISTORY_PERIODS = ['all', 'hour', 'day', 'week', 'month'] as const;
export type HistoryPeriod = (typeof HISTORY_PERIODS)[number];

/** Filter of the history page, as the person has set it. */
export type HistoryFilter = Readonly<{
  /** Words to find; empty for all entries. */
  text: string;
  /** ID of the peer whose entries are shown; empty for all. */
  peer: string;
  kind: HistoryKind | 'all';
  time: HistoryPeriod;
}>;

/** Filter that leaves out nothing. */
export const NO_FILTER: HistoryFilter = { text: '', peer: '', kind: 'all', time: 'all' };

/** Most entries that one call loads. A person finds older ones with a narrower filter. */
export const HISTORY_PAGE_SIZE = 1000;

const HOUR = 3_600_000;
const LENGTHS: Readonly<Record<Exclude<HistoryPeriod, 'all'>, number>> = {
  hour: HOUR,
  day: 24 * HOUR,
  week: 168 * HOUR,
  month: 720 * HOUR,
};

/** Converts a filter into the input of the call `history.list`. @param now ms since 1970 */
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
