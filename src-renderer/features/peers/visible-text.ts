import { showHidden } from '#shared/visible-text/index.ts';

export { showHidden };

/** First strong isolate and its end: what is between cannot reorder what is around. */
const ISOLATE = '\u2068';
const ISOLATE_END = '\u2069';

/** Text of another machine for use inside a sentence: what cannot be seen as codes, and kept from reordering the sentence where its letters could. */
export function quoteForeign(text: string): string {
  const shown = showHidden(text);
  return /^[\u0020-\u007e]*$/u.test(shown) ? shown : `${ISOLATE}${shown}${ISOLATE_END}`;
}
