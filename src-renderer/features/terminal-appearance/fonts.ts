import { FONT_FAMILY } from '#shared/app-api/index.ts';

/** Common monospaced families. The settings offer those that are installed. */
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

/** Measures the width of text in a CSS font, CSS pixels. By default the functions of this file measure on a canvas that isn't in the page. */
export type MeasureText = (text: string, font: string) => number;

/** Text whose width differs much between families. */
const SAMPLE = 'mmmmWWWWiiiillll@#0Oo';

/**
 * Reports whether a font family is installed. A page can't list fonts, so this compares widths: text in a missing family is as wide as in its
 * fallback, and no family is as wide as all three generic ones.
 */
export function isInstalled(family: string, measure: MeasureText = measureText): boolean {
  return (
    FONT_FAMILY.test(family) &&
    ['monospace', 'serif', 'sans-serif'].some(
      (fallback) => measure(SAMPLE, `72px "${family}", ${fallback}`) !== measure(SAMPLE, `72px ${fallback}`),
    )
  );
}

/** Reports whether all letters of a family have the same width. The settings warn of others. */
export function isMonospaced(family: string, measure: MeasureText = measureText): boolean {
  const font = `72px "${family}", monospace`;
  return Math.abs(measure('iiiiiiii', font) - measure('WWWWWWWW', font)) < 1;
}

/** Returns the common monospaced families that are installed, for the list in the settings. */
export function installedFonts(measure: MeasureText = measureText): readonly string[] {
  return KNOWN.filter((family) => isInstalled(family, measure));
}

/** Builds a CSS font list for terminals and the preview: the family that the person has chosen, if its name is valid, then the fallback. Pure. */
export function fontStack(family: string, fallback: string): string {
  return FONT_FAMILY.test(family) ? `"${family}", ${fallback}` : fallback;
}

let context: CanvasRenderingContext2D | null | undefined;

function measureText(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return 0;
  context.font = font;
  return context.measureText(text).width;
}
