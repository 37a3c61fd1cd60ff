import { cleanName, NAME_LIMIT, nameKeys, plainKey } from '#shared/visible-text/index.ts';

/** Names that a new one must not look like. */
export class TakenNames {
  readonly #keys: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#keys = new Set(names.flatMap(nameKeys));
  }

  /** True where a person could take the name for one of these. */
  has(name: string): boolean {
    return nameKeys(name).some((key) => this.#keys.has(key));
  }
}

/**
 * A name like the wished one that looks like no other: `office`, then `office-2`.
 * @param fallback Used when nothing of the wished name can be shown.
 */
export function uniqueName(wished: string, fallback: string, taken: TakenNames): string {
  const base = cleanName(wished) || fallback;
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const suffix = `-${number}`;
    // Cleaning again takes care of a character cut in half.
    const name = cleanName(base.slice(0, NAME_LIMIT - suffix.length)) + suffix;
    if (!taken.has(name)) return name;
  }
}

/**
 * Names of stored peers as they are shown: cleaned, and with the short id behind each of those that look the same, since an earlier version may
 * have let them in.
 */
export function tellApart<Peer extends Readonly<{ peerId: string; name: string }>>(peers: readonly Peer[]): Peer[] {
  const cleaned = peers.map((peer) => ({ ...peer, name: cleanName(peer.name) || `peer-${peer.peerId.slice(0, 7)}` }));
  const owners = new Map<string, number>();
  for (const { name } of cleaned) for (const key of nameKeys(name)) owners.set(key, (owners.get(key) ?? 0) + 1);
  return cleaned.map((peer) => {
    if (nameKeys(peer.name).every((key) => owners.get(key) === 1)) return peer;
    const id = ` (${peer.peerId.slice(0, 7)})`;
    return { ...peer, name: cleanName(peer.name.slice(0, NAME_LIMIT - id.length)) + id };
  });
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
  const wanted = plainKey(text.slice(0, NAME_LIMIT));
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, plainKey(name));
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
