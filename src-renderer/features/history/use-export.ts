import type { HistoryEntry } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useSaveText } from '../../store/index.ts';
import { toCsv, toJson } from './export-text.ts';

export type Export = Readonly<{
  run(form: 'csv' | 'json', entries: readonly HistoryEntry[]): void;
  error: unknown;
  reset(): void;
}>;

/** Saves the shown entries as a file. */
export function useExport(): Export {
  const { save, error, reset } = useSaveText();
  const run = (form: 'csv' | 'json', entries: readonly HistoryEntry[]): void => {
    const written = form === 'csv' ? toCsv(entries) : toJson(entries);
    void save({ name: `clawreach-history.${form}`, text: written, saved: text('history.exported') });
  };
  return { run, error, reset };
}
