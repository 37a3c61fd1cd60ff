import { cleanName, NAME_LIMIT } from '#shared/visible-text/index.ts';

/** Two names a person would read as one have the same key. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/**
 * A name like the wished one that nobody has: `office`, then `office-2`.
 * @param fallback Used when nothing of the wished name can be shown.
 */
export function uniqueName(wished: string, fallback: string, taken: ReadonlySet<string>): string {
  const base = cleanName(wished) || fallback;
  if (!taken.has(nameKey(base))) return base;
  for (let number = 2; ; number += 1) {
    const suffix = `-${number}`;
    // Cleaning again takes care of a character cut in half.
    const name = cleanName(base.slice(0, NAME_LIMIT - suffix.length)) + suffix;
    if (!taken.has(nameKey(name))) return name;
  }
}

/**
 * The id characters of what a person typed: separators dropped, Crockford's look-alikes folded. Undefined when something else is in it.
 */
export function idCharacters(text: string): string | undefined {
  const folded = text
    .toUpperCase()
    .replaceAll(/[\s\-.:_]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]+$/.test(folded) ? folded : undefined;
}

/** The most similar of the names, when it is similar enough to be meant: at most a third of the letters differ. */
export function closestName(text: string, names: readonly string[]): string | undefined {
  const wanted = nameKey(text.slice(0, NAME_LIMIT));
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, nameKey(name));
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** Levenshtein: insertions, deletions and replacements. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
