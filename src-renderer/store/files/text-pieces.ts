/** What one message to the application takes, UTF-16 units. */
const MOST = 380_000;

/** A text in pieces that fit a message each; none begins or ends within a character. */
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

/** The first half of a character that takes two. */
function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
