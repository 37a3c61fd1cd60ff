import { FONT_FAMILY } from '#shared/app-api/index.ts';

/** Families for terminals that people have, by name. Which of them are here is measured. */
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

/** Measures text in CSS pixels, written in a font as CSS names it. */
export type MeasureText = (text: string, font: string) => number;

/** Letters whose widths differ much between families. */
const SAMPLE = 'mmmmWWWWiiiillll@#0Oo';

/**
 * Whether a family is installed. A page is told of no list; but text in a family that is not there has the width of the one named behind it, and
 * no family has the widths of all three that every system has.
 */
export function isInstalled(family: string, measure: MeasureText = measureText): boolean {
  return (
    FONT_FAMILY.test(family) &&
    ['monospace', 'serif', 'sans-serif'].some(
      (fallback) => measure(SAMPLE, `72px "${family}", ${fallback}`) !== measure(SAMPLE, `72px ${fallback}`),
    )
  );
}

/** Whether all its letters have one width, as a terminal needs it. */
export function isMonospaced(family: string, measure: MeasureText = measureText): boolean {
  const font = `72px "${family}", monospace`;
  return Math.abs(measure('iiiiiiii', font) - measure('WWWWWWWW', font)) < 1;
}

/** Those of the known ones that are installed. */
export function installedFonts(measure: MeasureText = measureText): readonly string[] {
  return KNOWN.filter((family) => isInstalled(family, measure));
}

/** As CSS wants it: the person's choice before what the window has. */
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
