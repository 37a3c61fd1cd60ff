/** Control, format (bidirectional overrides, zero width), private and lone surrogate characters, line and paragraph separators. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** First strong isolate and its end: what is between cannot reorder what is around. */
const ISOLATE = '\u2068';
const ISOLATE_END = '\u2069';

/**
 * A text of another machine for a person to judge: what cannot be seen is shown as what it is, `⟨U+202E⟩`, and never dropped, so that two
 * texts that differ look different.
 */
export function showHidden(text: string): string {
  return text.replaceAll(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** The same for use inside a sentence, kept from reordering the sentence where its letters could. */
export function quoteForeign(text: string): string {
  const shown = showHidden(text);
  return /^[\u0020-\u007e]*$/u.test(shown) ? shown : `${ISOLATE}${shown}${ISOLATE_END}`;
}
