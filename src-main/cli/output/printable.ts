import { escapeHidden, showHidden } from '#shared/visible-text/index.ts';

/**
 * Text of another side as it may be shown on one line: it can neither move the cursor, nor set a title, nor reorder what follows; what cannot be
 * seen is shown as its code.
 */
export function printable(text: string): string {
  return showHidden(text);
}

/** JSON on one line with the same characters as `\u` escapes: a program reads the same value, and a terminal nothing that drives it. */
export function printableJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value), escapeUnits, 'judge');
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
