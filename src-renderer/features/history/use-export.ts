import type { HistoryEntry } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useSaveText } from '../../store/index.ts';
import { toCsv, toJson } from './export-text.ts';

export type Export = Readonly<{
  /** Saves these entries in this format. */
  run(form: 'csv' | 'json', entries: readonly HistoryEntry[]): void;
  /** Error of the last export; undefined without one. */
  error: unknown;
  /** Clears the error. */
  reset(): void;
}>;

/** Saves entries of the history as a CSV or JSON file: the application asks where, a browser downloads the file. */
export function useExport(): Export {
  const { save, error, reset } = useSaveText();
  const run = (form: 'csv' | 'json', entries: readonly HistoryEntry[]): void => {
    const written = form === 'csv' ? toCsv(entries) : toJson(entries);
    void save({ name: `clawreach-history.${form}`, text: written, saved: text('history.exported') });
  };
  return { run, error, reset };
}
