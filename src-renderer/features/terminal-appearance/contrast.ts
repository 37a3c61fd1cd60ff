/** Computes the contrast of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, "relative luminance" and "contrast ratio"). Pure. */
export function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((left, right) => right - left);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * Least contrast between text and background in a terminal (WCAG AA). The screens pass it to xterm, which changes a program's text colours to reach
 * it.
 */
export const LEAST_CONTRAST = 4.5;

/**
 * Returns the colour in which xterm draws text on a background: darker or lighter by steps of a tenth until the contrast is `LEAST_CONTRAST`. For the
 * preview of a terminal in the settings, which isn't drawn by xterm. Both colours are `#rrggbb`. Pure.
 */
export function readableColour(colour: string, background: string): string {
  const goal = contrast(background, '#ffffff') > contrast(background, '#000000') ? 255 : 0;
  let shown = colour;
  for (let step = 0; step < 10 && contrast(shown, background) < LEAST_CONTRAST; step += 1) {
    const parts = [1, 3, 5].map((start) => {
      const part = Number.parseInt(shown.slice(start, start + 2), 16);
      return Math.round(part + (goal - part) * 0.1)
        .toString(16)
        .padStart(2, '0');
    });
    shown = `#${parts.join('')}`;
  }
  return shown;
}
