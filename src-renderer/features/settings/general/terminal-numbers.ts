export type NumberName = 'fontSize' | 'lineHeight' | 'scrollback';
type Limits = Readonly<{ least: number; most: number }>;

export const TERMINAL_SETTING_RANGES: Readonly<Record<NumberName, Limits>> = {
  fontSize: { least: 8, most: 32 },
  lineHeight: { least: 100, most: 200 },
  scrollback: { least: 0, most: 100_000 },
};

/** Parses a whole number within the limits; undefined otherwise. */
export function readNumber(typed: string, { least, most }: Limits): number | undefined {
  if (!/^\d{1,6}$/.test(typed)) return undefined;
  const number = Number(typed);
  return number >= least && number <= most ? number : undefined;
}
