import { isolateText, showHidden } from '#shared/visible-text/index.ts';

export { showHidden };

/**
 * Text of another machine for use inside a sentence: what cannot be seen as codes, and kept from reordering the sentence, and from being
 * reordered, where its letters could.
 */
export function quoteUntrusted(text: string): string {
  const shown = showHidden(text);
  return /^[\u0020-\u007e]*$/u.test(shown) ? shown : isolateText(shown);
}
