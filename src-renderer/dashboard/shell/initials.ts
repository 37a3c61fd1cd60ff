/** Number of colours of avatars. */
const TONES = 6;

/** Returns up to two initials: of the first and the last word of a name, or of its first character. Pure. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s\p{P}]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first = '?'] = words[0] ?? name.trim();
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${first}${last === undefined ? '' : ([...last][0] ?? '')}`.toUpperCase();
}

/** Returns the number of the colour that belongs to an ID, from 0. Pure. */
export function toneOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % TONES;
}
