import type { HistoryEntry } from '#shared/app-api/index.ts';

const COLUMNS = [
  'startedAt',
  'endedAt',
  'kind',
  'direction',
  'peerName',
  'peerId',
  'detail',
  'outcome',
  'count',
] as const;

/** Formats entries as CSV with ISO 8601 times. Cells that a spreadsheet would take for a formula begin with an apostrophe. */
export function toCsv(entries: readonly HistoryEntry[]): string {
  const lines = entries.map((entry) =>
    COLUMNS.map((column) => {
      if (column === 'startedAt' || column === 'endedAt') return timeOf(entry[column]);
      return cell(String(entry[column] ?? ''));
    }).join(','),
  );
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

export function toJson(entries: readonly HistoryEntry[]): string {
  return `${JSON.stringify(entries, null, 1)}\n`;
}

function timeOf(at: number | null): string {
  return at === null ? '' : new Date(Math.min(Math.max(at, -8.64e15), 8.64e15)).toISOString();
}

function cell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
