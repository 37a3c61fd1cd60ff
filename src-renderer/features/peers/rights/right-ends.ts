/** Choices in the permissions dialog for the end of a decision or of an allowed target: never, after one hour or eight, tomorrow, or at a date. */
export const RIGHT_ENDS = ['never', 'hour', 'eight-hours', 'tomorrow', 'date'] as const;
export type RightEnd = (typeof RIGHT_ENDS)[number];

const HOUR = 3_600_000;
/** Local hour at which "until tomorrow" ends: before work, but not during the night. */
const TOMORROW_HOUR = 9;

/** End of a decision, or the reason why the typed date can't be used. `expiresAt`: ms since 1970; null for no end. */
export type ResolvedEnd =
  | Readonly<{ kind: 'end'; expiresAt: number | null }>
  | Readonly<{ kind: 'problem'; problem: 'missing' | 'past' }>;

/**
 * Converts the choice of an end into a time. Pure.
 * @param date text of the date field, local `YYYY-MM-DDTHH:MM`; used by the choice `date`
 * @param now ms since 1970
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

/** Returns nine o'clock local time of the next calendar day, ms since 1970, also across a change of the clocks. */
export function tomorrowMorning(now: number): number {
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, TOMORROW_HOUR).getTime();
}

/** Parses a local date and minute, `YYYY-MM-DDTHH:MM`; undefined for another format, or a day that doesn't exist. */
export function parseLocalMinute(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/u.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = new Date(year, month - 1, day, hour, minute);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : undefined;
}

/** Formats a time as the text of a date field: local `YYYY-MM-DDTHH:MM`. @param at ms since 1970 */
export function formatLocalMinute(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}`
  );
}
