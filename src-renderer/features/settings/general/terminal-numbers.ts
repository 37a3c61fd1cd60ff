/** Terminal settings that are numbers. Used by the terminal section. */
export type NumberName = 'fontSize' | 'lineHeight' | 'scrollback';
/** `step`: distance of the allowed values. */
type Limits = Readonly<{ least: number; most: number; step: number }>;

/** Allowed values: font size in CSS pixels, line height in percent, scrollback in lines. */
export const TERMINAL_SETTING_RANGES: Readonly<Record<NumberName, Limits>> = {
  fontSize: { least: 8, most: 32, step: 0.5 },
  lineHeight: { least: 100, most: 200, step: 1 },
  scrollback: { least: 0, most: 100_000, step: 1 },
};

/** Parses a number within the limits, with a decimal point or comma; undefined for any other text. */
export function readNumber(typed: string, { least, most, step }: Limits): number | undefined {
  if (!/^\d{1,6}(?:[.,]\d)?$/.test(typed)) return undefined;
  const number = Number(typed.replace(',', '.'));
  return number >= least && number <= most && number % step === 0 ? number : undefined;
}
