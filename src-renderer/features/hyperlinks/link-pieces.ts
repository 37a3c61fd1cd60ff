/** Part of a text: words, or an address that a person can press. */
export type LinkPiece = Readonly<{ kind: 'text' | 'link'; text: string }>;

/** Most links in one text. Further addresses are words. */
export const MOST_LINKS = 200;

/** A web address up to the next blank, quotation mark or bracket of a kind that ends it. Codes of hidden characters (`⟨U+202E⟩`) end it too. */
const ADDRESS = /https?:\/\/[^\s<>"'`⟨⟩«»“”‘’]+/giu;
/** Longest address that is a link, UTF-16 units: the application opens no longer one. */
const LONGEST = 2048;
/** Signs that end a sentence around an address. */
const ENDING: ReadonlySet<string> = new Set('.,;:!?…*_~');
/** Closing brackets with those that open them. */
const BRACKETS: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/**
 * Splits a text at its web addresses (http and https). All pieces together are the text. An address at the very end of a text that goes on is no link,
 * since its host may go on too. Pure.
 * @param isCut true if the text goes on
 */
export function linkPieces(text: string, isCut: boolean): readonly LinkPiece[] {
  const pieces: LinkPiece[] = [];
  let end = 0;
  let links = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    if (links >= MOST_LINKS || (isCut && index + found.length === text.length)) break;
    const address = found.length > 2 * LONGEST ? found : withoutEnding(found);
    if (address.length > LONGEST || !URL.canParse(address)) continue;
    if (index > end) pieces.push({ kind: 'text', text: text.slice(end, index) });
    pieces.push({ kind: 'link', text: address });
    end = index + address.length;
    links += 1;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}

/** Removes the end of the sentence around an address, and closing brackets that nothing in it opens, as in `(see https://example.org/a_(b)).` */
function withoutEnding(found: string): string {
  const counts = new Map<string, number>();
  for (const sign of found) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let end = found.length;
  for (; end > 0; end -= 1) {
    const sign = found.charAt(end - 1);
    const opening = BRACKETS.get(sign);
    const isLoose = opening !== undefined && (counts.get(sign) ?? 0) > (counts.get(opening) ?? 0);
    if (!ENDING.has(sign) && !isLoose) break;
    counts.set(sign, (counts.get(sign) ?? 0) - 1);
  }
  return found.slice(0, end);
}
