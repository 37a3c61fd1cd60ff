import { cleanLine } from '#shared/visible-text/index.ts';

/** Characters of a title that are kept: what is longer is nobody's title. */
export const TITLE_LIMIT = 80;
/** UTF-16 units that are looked at. */
const MOST = 256;

/** What a program calls itself, made harmless: no control or bidirectional characters, one line, bounded. Empty when nothing is left. */
export function tidyTitle(title: string): string {
  // A program can send megabytes: cut first.
  const plain = cleanLine(title, MOST);
  const characters = Array.from(plain);
  return characters.length > TITLE_LIMIT ? `${characters.slice(0, TITLE_LIMIT - 1).join('')}…` : plain;
}
