/** End of a granted right. */
export const RIGHT_ENDS = ['never', 'hour', 'eight-hours', 'tomorrow', 'date'] as const;
export type RightEnd = (typeof RIGHT_ENDS)[number];

const HOUR = 3_600_000;
/** Local hour at which "until tomorrow" ends: before work, not during the night. */
const TOMORROW_HOUR = 9;

export type ResolvedEnd =
  | Readonly<{ kind: 'end'; expiresAt: number | null }>
  | Readonly<{ kind: 'problem'; problem: 'missing' | 'past' }>;

/**
 * Resolves the end of a choice, ms since 1970; null for none.
 * @param date Text of the date field (local `YYYY-MM-DDTHH:MM`), for the choice `date`.
 */
export function resolveEnd(end: RightEnd, date: string, now: number): ResolvedEnd {
  switch (end) {
    case 'never':
      return { kind: 'end', expiresAt: null };
    case 'hour':
      return { kind: 'end', expiresAt: now + HOUR };
    case 'eight-hours':
      return { kind: 'end', expiresAt: now + 8 * HOUR };
    case 'tomorrow':
      return { kind: 'end', expiresAt: tomorrowMorning(now) };
    case 'date': {
      const at = parseLocalMinute(date);
      if (at === undefined) return { kind: 'problem', problem: 'missing' };
      return at <= now ? { kind: 'problem', problem: 'past' } : { kind: 'end', expiresAt: at };
    }
  }
}

/** Returns nine o'clock of the next calendar day, also when the clocks change in between. */
export function tomorrowMorning(now: number): number {
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, TOMORROW_HOUR).getTime();
}

/** Parses a local date and minute; undefined for another format or a day that doesn't exist. */
export function parseLocalMinute(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/u.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = new Date(year, month - 1, day, hour, minute);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : undefined;
}

/** Formats a moment for a date field: its local minute. */
export function formatLocalMinute(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}`
  );
}
