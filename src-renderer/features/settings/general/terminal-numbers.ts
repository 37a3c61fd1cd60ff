/** Terminal settings that are numbers. Used by the terminal section. */
export type NumberName = 'fontSize' | 'lineHeight' | 'scrollback';
type Limits = Readonly<{ least: number; most: number }>;

/** Allowed values: font size in CSS pixels, line height in percent, scrollback in lines. */
export const TERMINAL_SETTING_RANGES: Readonly<Record<NumberName, Limits>> = {
  fontSize: { least: 8, most: 32 },
  lineHeight: { least: 100, most: 200 },
  scrollback: { least: 0, most: 100_000 },
};

/** Parses a whole number within the limits; undefined for any other text. */
export function readNumber(typed: string, { least, most }: Limits): number | undefined {
  if (!/^\d{1,6}$/.test(typed)) return undefined;
  const number = Number(typed);
  return number >= least && number <= most ? number : undefined;
}
