import { cleanName, NAME_LIMIT, nameKeys, plainKey, skeleton } from '#shared/visible-text/index.ts';

/** Names that are in use. A new name must not look like one of them. Used by `PeerBook`. */
export class TakenNames {
  readonly #keys: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#keys = new Set(names.flatMap(nameKeys));
  }

  /** Reports whether a person could confuse the name with one in use. */
  has(name: string): boolean {
    return nameKeys(name).some((key) => this.#keys.has(key));
  }
}

/**
 * Returns a name like the given one that looks like no other: `office`, then `office-2`. Pure, like the other functions of this file, which
 * `PeerBook` and `findPeer` use.
 * @param wished name that the peer gave itself
 * @param fallback used if the given name has no visible character
 * @param ids peer IDs of other devices, whose short IDs the name must not contain
 */
export function uniqueName(wished: string, fallback: string, taken: TakenNames, ids: readonly string[]): string {
  const base = withoutIds(wished, ids) || fallback;
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const suffix = `-${number}`;
    // Cleaning again takes care of a character cut in half.
    const name = cleanName(base.slice(0, NAME_LIMIT - suffix.length)) + suffix;
    if (!taken.has(name)) return name;
  }
}

/**
 * Returns stored peers with names that can be told apart: cleaned, and with the short ID behind names that look the same. Earlier versions could
 * store such names.
 * @param ownId peer ID of this device
 */
export function distinguishNames<Peer extends Readonly<{ peerId: string; name: string }>>(
  peers: readonly Peer[],
  ownId?: string,
): Peer[] {
  const ids = [...(ownId === undefined ? [] : [ownId]), ...peers.map(({ peerId }) => peerId)];
  const cleaned = peers.map((peer) => {
    const others = ids.filter((id) => id !== peer.peerId);
    return { ...peer, name: withoutIds(peer.name, others) || `peer-${peer.peerId.slice(0, SHORT_ID)}` };
  });
  const owners = new Map<string, number>();
  for (const { name } of cleaned) for (const key of nameKeys(name)) owners.set(key, (owners.get(key) ?? 0) + 1);
  return cleaned.map((peer) => {
    if (nameKeys(peer.name).every((key) => owners.get(key) === 1)) return peer;
    const id = ` (${peer.peerId.slice(0, SHORT_ID)})`;
    return { ...peer, name: cleanName(peer.name.slice(0, NAME_LIMIT - id.length)) + id };
  });
}

/** Characters of a short ID. */
const SHORT_ID = 7;

/** Brackets without content. */
const EMPTY_BRACKETS = /[([{<（［⟨]\s*(?:…|\.{3})?\s*[)\]}>）］⟩]/gu;

/**
 * Returns the name, cleaned and without short IDs of other devices, since a short ID distinguishes devices of the same name, as in `laptop
 * (EE09QX5)`. Also removes texts that only look like such an ID or have separators in it.
 */
export function withoutIds(text: string, ids: readonly string[]): string {
  let name = cleanName(text);
  for (;;) {
    const span = findId(name, ids);
    if (span === undefined) return name;
    const rest = (name.slice(0, span.begin) + name.slice(span.end)).replaceAll(EMPTY_BRACKETS, '');
    name = cleanName(rest.replace(/[\s._:-]+$/, ''));
  }
}

/** Finds the first of the IDs in the name, with its start and end. */
function findId(name: string, ids: readonly string[]): Readonly<{ begin: number; end: number }> | undefined {
  const letters: Readonly<{ letter: string; begin: number; end: number }>[] = [];
  let at = 0;
  for (const character of name) {
    for (const letter of idLetters(character)) letters.push({ letter, begin: at, end: at + character.length });
    at += character.length;
  }
  const folded = letters.map(({ letter }) => letter).join('');
  for (const id of folded.length < SHORT_ID ? [] : ids) {
    const first = folded.indexOf(id.slice(0, SHORT_ID));
    if (first < 0) continue;
    let last = first + SHORT_ID - 1;
    while (last + 1 < folded.length && folded[last + 1] === id[last + 1 - first]) last += 1;
    return { begin: letters[first]?.begin ?? 0, end: letters[last]?.end ?? name.length };
  }
  return undefined;
}

/** Returns the characters of an ID that a person could read in this character; empty for separators. */
function idLetters(character: string): string {
  const look = /^[ -~]$/.test(character) ? character : skeleton(character.toUpperCase());
  return look
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL|]/g, '1')
    .replaceAll(/[^0-9A-Z]/g, '');
}

/**
 * Returns the ID characters of typed text, without separators and with Crockford's look-alikes replaced; undefined if the text has other characters.
 */
export function idCharacters(text: string): string | undefined {
  const folded = text
    .toUpperCase()
    .replaceAll(/[\s\-.:_]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]+$/.test(folded) ? folded : undefined;
}

/** Returns the most similar name if at most a third of its letters differ; otherwise undefined. */
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

/** Returns the Levenshtein distance: insertions, deletions and replacements. */
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
