import type { AuditEntry, HistoryEntry } from '#shared/app-api/index.ts';

const COLUMNS = [
  'startedAt',
  'endedAt',
  'kind',
  'direction',
  'peerName',
  'peerId',
  'name',
  'detail',
  'outcome',
  'count',
] as const;

/**
 * Formats entries of the history as CSV with ISO 8601 times. A cell that a spreadsheet would take for a formula begins with an apostrophe. Used by
 * `useExport`. Pure.
 */
export function toCsv(entries: readonly HistoryEntry[]): string {
  const lines = entries.map((entry) =>
    COLUMNS.map((column) => {
      if (column === 'startedAt' || column === 'endedAt') return timeOf(entry[column]);
      return cell(String(entry[column] ?? ''));
    }).join(','),
  );
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

/** Formats entries of the history as an indented JSON array. Times stay in ms since 1970. */
export function toJson(entries: readonly HistoryEntry[]): string {
  return `${JSON.stringify(entries, null, 1)}\n`;
}

/** Formats entries of the audit log as CSV, with the fields of an entry as JSON in one cell. Cells are made harmless as in `toCsv`. Pure. */
export function logToCsv(entries: readonly AuditEntry[]): string {
  const lines = entries.map(({ at, event, fields }) =>
    [timeOf(at), cell(event), cell(JSON.stringify(fields))].join(','),
  );
  return `${['at,event,fields', ...lines].join('\r\n')}\r\n`;
}

function timeOf(at: number | null): string {
  return at === null ? '' : new Date(Math.min(Math.max(at, -8.64e15), 8.64e15)).toISOString();
}

function cell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
