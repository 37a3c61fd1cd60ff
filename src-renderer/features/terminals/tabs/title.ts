import { cleanLine } from '#shared/visible-text/index.ts';

/** Longest title, characters. */
export const TITLE_LIMIT = 80;
/** Part of a title that is examined, UTF-16 units. A program can send megabytes. */
const MOST = 256;

/**
 * Cleans a title that a program, a peer or a person has given: one line, at most 80 characters, without control and bidirectional ones. May be empty.
 * Pure.
 */
export function tidyTitle(title: string): string {
  // A program can send megabytes, so the title is cut first.
  const plain = cleanLine(title, MOST);
  const characters = Array.from(plain);
  return characters.length > TITLE_LIMIT ? `${characters.slice(0, TITLE_LIMIT - 1).join('')}…` : plain;
}
