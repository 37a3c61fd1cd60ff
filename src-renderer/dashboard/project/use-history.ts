import { useEffect, useState } from 'react';
import type { PlatformHistoryEntry, RouteQuery } from '#shared/platform/index.ts';
import { useDashboard, useResource, type Loaded } from '../api/index.ts';
import { joinPages, readDownTo, type HistoryPage } from './history-pages.ts';

/** Entries of one page. */
const PAGE = 50;

/** History of a project as far as it was read. */
export type HistoryView = Readonly<{
  shown: Loaded<HistoryPage>;
  /** True while older entries are read. */
  isReading: boolean;
  /** Error of the last try to read older entries. */
  error: unknown;
  /** Reads the next older entries. */
  more(): void;
}>;

/**
 * Returns the history of a project, the latest entries first, and reads it again when it changes, down to the oldest entry that was shown. Until that
 * is done, what was shown stays, so that no row goes missing.
 */
export function useHistory(project: string, query: RouteQuery<'history.list'>): HistoryView {
  const { client } = useDashboard();
  const first = useResource('history.list', { params: { project }, query: { ...query, limit: PAGE } });
  const [read, setRead] = useState<HistoryPage>();
  const [status, setStatus] = useState<Readonly<{ isReading: boolean; error?: unknown }>>({ isReading: false });
  /** Oldest entry that the person has asked for. */
  const [oldest, setOldest] = useState<PlatformHistoryEntry>();
  const latest = first.value;
  const chosen = JSON.stringify(query);
  useEffect(() => {
    if (latest === undefined || oldest === undefined) return undefined;
    const over = new AbortController();
    const readPage = async (before: string): Promise<HistoryPage> =>
      await client.call('history.list', {
        params: { project },
        query: { ...(JSON.parse(chosen) as typeof query), before, limit: PAGE },
        signal: over.signal,
      });
    readDownTo(oldest, latest, readPage).then(
      (page) => !over.signal.aborted && setRead(page),
      // The next change tries again; the notice of the first page says if the relay is away.
      () => undefined,
    );
    return () => over.abort();
  }, [client, project, chosen, latest, oldest]);
  const shown = read ?? latest;
  const more = (): void => {
    if (shown === undefined || shown.next === null || status.isReading) return;
    setStatus({ isReading: true });
    client.call('history.list', { params: { project }, query: { ...query, before: shown.next, limit: PAGE } }).then(
      (page) => {
        setRead((known) => joinPages(known ?? shown, page));
        setOldest(page.entries.at(-1));
        setStatus({ isReading: false });
      },
      (error: unknown) => setStatus({ isReading: false, error }),
    );
  };
  return { shown: { ...first, value: shown }, isReading: status.isReading, error: status.error, more };
}
