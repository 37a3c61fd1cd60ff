import { useCallback, useEffect, useState } from 'react';
import type { CallOutput } from '#shared/app-api/index.ts';
import { useApi, useCall } from '../../store/index.ts';
import { queryOf, type HistoryFilter } from './filter.ts';

/** Time after the last key in the search field before the entries are loaded, ms. */
const PAUSE = 200;

export type HistoryAnswer = Readonly<{
  /** Loaded entries; undefined before the first answer. */
  answer: CallOutput<'history.list'> | undefined;
  /** Error of the last attempt to load; undefined without one. */
  error: unknown;
  /** Loads the entries again. */
  reload(): void;
}>;

/** Loads the entries that match the filter (`history.list`), and loads them again when an entry begins or ends. */
export function useHistory(filter: HistoryFilter): HistoryAnswer {
  const api = useApi();
  const { run, error } = useCall('history.list');
  const [answer, setAnswer] = useState<CallOutput<'history.list'>>();
  const load = useCallback((): void => {
    void run(queryOf(filter, Date.now())).then((given) => {
      if (given !== undefined) setAnswer(given);
    });
  }, [run, filter]);
  useEffect(() => {
    const timer = setTimeout(load, PAUSE);
    return () => clearTimeout(timer);
  }, [load]);
  useEffect(() => api.on('history.changed', load), [api, load]);
  return { answer, error, reload: load };
}
