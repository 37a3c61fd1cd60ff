/** End of all names for ssh, so that they are no names of other hosts. */
export const HOST_SUFFIX = '.claw';

/** Longest name without its end, characters: one label of a host name. */
const MOST_CHARACTERS = 63;
/** Name of a peer whose own has no letter or digit of ASCII. */
const NAMELESS = 'machine';

/**
 * Returns the name for ssh that fits a peer's name: only `a-z`, `0-9` and single dashes within, whatever a person or peer has chosen, since ssh and shells
 * read it. Pure.
 */
export function hostNameFor(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MOST_CHARACTERS)
    .replace(/-+$/, '');
  return plain === '' ? NAMELESS : plain;
}

/**
 * Returns the names for ssh by peer. A peer keeps the one that it has for as long as it fits its name, so that no newcomer takes it; further peers whose
 * names are alike get a number. Pure.
 * @param peers in the order of their pairing
 * @param before names by peer as they were
 */
export function assignHostNames(
  peers: readonly Readonly<{ peerId: string; name: string }>[],
  before: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const assigned = new Map<string, string>();
  const taken = new Set<string>();
  for (const { peerId, name } of peers) {
    const had = before[peerId];
    const wanted = hostNameFor(name);
    if (had === undefined || taken.has(had) || !(had === wanted || numbered(wanted).test(had))) continue;
    assigned.set(peerId, had);
    taken.add(had);
  }
  for (const { peerId, name } of peers) {
    if (assigned.has(peerId)) continue;
    const wanted = hostNameFor(name);
    let free = wanted;
    for (let number = 2; taken.has(free); number += 1) free = `${wanted}-${number}`;
    assigned.set(peerId, free);
    taken.add(free);
  }
  return assigned;
}

/** Matches a name with a number, as `assignHostNames` makes it. */
function numbered(name: string): RegExp {
  return new RegExp(`^${name}-\\d+$`);
}
