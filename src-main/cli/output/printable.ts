import { escapeHidden, markRightToLeft, RIGHT_TO_LEFT, showHidden } from '#shared/visible-text/index.ts';

/**
 * Makes untrusted text safe to print on one line: it can't move the cursor, set a title or reorder what follows.
 * Invisible characters are shown as their code.
 */
export function printable(text: string): string {
  return showHidden(text);
}

/**
 * Makes text that decides a run, such as a command or folder, safe to print; also shows right-to-left characters as
 * codes, so that no terminal can reorder it.
 */
export function printableInOrder(text: string): string {
  return printable(markRightToLeft(text));
}

/**
 * Serialises JSON on one line with the same characters as `\u` escapes: programs read the same value, and a terminal
 * can't be controlled by it.
 */
export function printableJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value), escapeUnits, 'judge').replaceAll(RIGHT_TO_LEFT, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
