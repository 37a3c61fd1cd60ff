import type { PlatformHistoryEntry } from './history.ts';

/** Columns of the history as CSV, in their order, and their values. Times are ISO 8601 in UTC. */
const COLUMNS: Readonly<Record<string, (entry: PlatformHistoryEntry) => string | number | null>> = {
  id: ({ id }) => id,
  kind: ({ kind }) => kind,
  account: ({ who }) => who.account,
  name: ({ who }) => who.name,
  from_device: ({ who }) => who.device,
  from_label: ({ who }) => who.label,
  device: ({ device }) => device?.id ?? null,
  label: ({ device }) => device?.label ?? null,
  status: ({ status }) => status,
  started_at: ({ startedAt }) => isoTime(startedAt),
  ended_at: ({ endedAt }) => (endedAt === null ? null : isoTime(endedAt)),
  bytes_to_device: ({ bytes }) => bytes?.toDevice ?? null,
  bytes_from_device: ({ bytes }) => bytes?.fromDevice ?? null,
  reason: ({ reason }) => reason,
  event: ({ event }) => event,
  subject: ({ subject }) => subject?.name ?? null,
};

/**
 * Formats history entries as CSV (RFC 4180) with a line of column names. A text that a spreadsheet would run as a formula gets an apostrophe in front,
 * because names and labels are chosen by other people. Pure.
 */
export function historyCsv(entries: readonly PlatformHistoryEntry[]): string {
  const lines = [
    Object.keys(COLUMNS),
    ...entries.map((entry) => Object.values(COLUMNS).map((value) => cell(value(entry)))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** Reports whether a request for the history wants CSV: by `format`, else by its `Accept` header. */
export function wantsCsv(format: 'json' | 'csv' | undefined, accept: string | undefined): boolean {
  if (format !== undefined) return format === 'csv';
  return accept?.split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === 'text/csv') ?? false;
}

/**
 * Places in front of which an apostrophe keeps a spreadsheet from running a formula: the beginning, and what follows a semicolon, tab or line break, where
 * some spreadsheets begin a cell whatever the quotes say. East Asian ones take the wide signs, too.
 */
const FORMULA = /^(?=[\t\r])|(?<=^|[;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = value.replaceAll(FORMULA, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isoTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
