import { FONT_FAMILY } from '#shared/app-api/index.ts';

/** Common monospaced families; measuring tells which of them are installed. */
const KNOWN = [
  'Andale Mono',
  'Anonymous Pro',
  'Cascadia Code',
  'Cascadia Mono',
  'Comic Mono',
  'Consolas',
  'Courier New',
  'DejaVu Sans Mono',
  'Droid Sans Mono',
  'Fira Code',
  'Fira Mono',
  'FreeMono',
  'Geist Mono',
  'Hack',
  'IBM Plex Mono',
  'Inconsolata',
  'Iosevka',
  'Iosevka Term',
  'JetBrains Mono',
  'Liberation Mono',
  'Lucida Console',
  'MesloLGS NF',
  'Menlo',
  'Monaco',
  'Monaspace Neon',
  'Noto Sans Mono',
  'Noto Sans Mono CJK SC',
  'Operator Mono',
  'PT Mono',
  'Roboto Mono',
  'SF Mono',
  'Source Code Pro',
  'Space Mono',
  'Ubuntu Mono',
  'Ubuntu Sans Mono',
  'Victor Mono',
] as const;

/** Measures text in a CSS font, CSS pixels. */
export type MeasureText = (text: string, font: string) => number;

/** Letters whose widths differ much between families. */
const SAMPLE = 'mmmmWWWWiiiillll@#0Oo';

/**
 * Reports whether a family is installed. A page can't list fonts, but text in a missing family has the width of its fallback, and no family has the
 * widths of all three generic ones.
 */
export function isInstalled(family: string, measure: MeasureText = measureText): boolean {
  return (
    FONT_FAMILY.test(family) &&
    ['monospace', 'serif', 'sans-serif'].some(
      (fallback) => measure(SAMPLE, `72px "${family}", ${fallback}`) !== measure(SAMPLE, `72px ${fallback}`),
    )
  );
}

/** Reports whether all letters have the same width. */
export function isMonospaced(family: string, measure: MeasureText = measureText): boolean {
  const font = `72px "${family}", monospace`;
  return Math.abs(measure('iiiiiiii', font) - measure('WWWWWWWW', font)) < 1;
}

/** Returns the common families that are installed. */
export function installedFonts(measure: MeasureText = measureText): readonly string[] {
  return KNOWN.filter((family) => isInstalled(family, measure));
}

/** Builds a CSS font list with the person's choice first. */
export function fontStack(family: string, own: string): string {
  return FONT_FAMILY.test(family) ? `"${family}", ${own}` : own;
}

let context: CanvasRenderingContext2D | null | undefined;

function measureText(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  context.font = font;
  return context.measureText(text).width;
}
