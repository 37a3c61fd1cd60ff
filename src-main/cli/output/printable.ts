import { escapeHidden, markRightToLeft, RIGHT_TO_LEFT, showHidden } from '#shared/visible-text/index.ts';

/**
 * Text of another side as it may be shown on one line: it can neither move the cursor, nor set a title, nor reorder what follows; what cannot be
 * seen is shown as its code.
 */
export function printable(text: string): string {
  return showHidden(text);
}

/** The same of what decides a run, such as a command or a folder: a terminal that knows right-to-left letters can't reorder it, for they are codes. */
export function printableInOrder(text: string): string {
  return printable(markRightToLeft(text));
}

/** JSON on one line with the same characters as `\u` escapes: a program reads the same value, and a terminal nothing that drives it. */
export function printableJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value), escapeUnits, 'judge').replaceAll(RIGHT_TO_LEFT, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
