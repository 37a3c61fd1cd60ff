import { cleanLine } from '#shared/visible-text/index.ts';

/** Longest title, characters. */
export const TITLE_LIMIT = 80;
/** Part of a title that is examined, UTF-16 units. */
const MOST = 256;

/** Cleans a program's title: no control or bidirectional characters, one line, limited length. Empty when nothing is left. */
export function tidyTitle(title: string): string {
  // A program can send megabytes, so the title is cut first.
  const plain = cleanLine(title, MOST);
  const characters = Array.from(plain);
  return characters.length > TITLE_LIMIT ? `${characters.slice(0, TITLE_LIMIT - 1).join('')}…` : plain;
}
