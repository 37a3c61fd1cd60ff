import { isolateText, showHidden } from '#shared/visible-text/index.ts';

export { showHidden };

/** Returns a text that another machine chose, for use in a sentence: hidden characters are visible, and neither text can reorder the other. */
export function quoteUntrusted(text: string): string {
  const shown = showHidden(text);
  return /^[\u0020-\u007e]*$/u.test(shown) ? shown : isolateText(shown);
}
