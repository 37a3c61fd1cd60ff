import { escapeHidden, markRightToLeft, RIGHT_TO_LEFT, showHidden } from '#shared/visible-text/index.ts';

/**
 * Makes untrusted text safe to print on one line: it can't move the cursor, set a title or reorder the text after it.
 * Shows invisible characters as their code. Pure.
 */
export function printable(text: string): string {
  return showHidden(text);
}

/**
 * Makes text safe to print like `printable`, and also shows right-to-left characters as codes, for text such as
 * commands and paths that people must read in its true order. Pure.
 */
export function printableInOrder(text: string): string {
  return printable(markRightToLeft(text));
}

/**
 * Serialises a value as JSON on one line, safe to print in a terminal: special characters become `\u` escapes, which
 * programs read as the same value. Pure.
 */
export function printableJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value), escapeUnits, 'judge').replaceAll(RIGHT_TO_LEFT, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
