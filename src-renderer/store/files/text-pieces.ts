/** Longest text that fits one message to the application, UTF-16 units. */
const MOST = 380_000;

/**
 * Splits a text into pieces of at most `most` UTF-16 units, never within a character. `useSaveText` sends a long file to the application in such
 * pieces. Pure.
 */
export function splitText(whole: string, most = MOST): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  do {
    let to = Math.min(from + most, whole.length);
    if (to < whole.length && isHigh(whole.charCodeAt(to - 1))) to -= 1;
    pieces.push(whole.slice(from, to));
    from = to;
  } while (from < whole.length);
  return pieces;
}

/** Reports whether the UTF-16 unit is the first half of a surrogate pair. */
function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
