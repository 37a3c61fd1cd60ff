import { FormatError } from '../errors.ts';

/**
 * Alphabet of Crockford's base 32, in which peer IDs, pairing codes, and the relay's key IDs and admission tokens are written. It lacks I, L, O and
 * U, so that people can read a code aloud or copy it from paper.
 */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Values of the digits in both cases, and of look-alikes. ASCII only, because toUpperCase() maps some foreign letters to Latin ones, and one letter
 * to two.
 */
const VALUES = new Map<string, number>();
for (const [value, character] of [...CROCKFORD].entries()) {
  VALUES.set(character, value).set(character.toLowerCase(), value);
}
for (const [character, value] of Object.entries({ O: 0, I: 1, L: 1 })) {
  VALUES.set(character, value).set(character.toLowerCase(), value);
}

/** Encodes five bits per character, most significant bit first; pads the last character with zero bits. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += CROCKFORD[(held >> bits) & 31] ?? '';
    }
  }
  if (bits > 0) text += CROCKFORD[(held << (5 - bits)) & 31] ?? '';
  return text;
}

/**
 * Decodes base 32 in either case; reads O as 0, I and L as 1.
 * @throws {FormatError} `format.base32` for another character, or for padding bits that are not zero
 */
export function decodeBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let offset = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) throw new FormatError('format.base32', 'not base 32');
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset] = (held >> bits) & 0xff;
      offset += 1;
    }
  }
  if (bits >= 5 || (held & ((1 << bits) - 1)) !== 0) throw new FormatError('format.base32', 'not base 32');
  return bytes;
}

/**
 * Returns the text as `encodeBase32` would write it: upper case, with 0 and 1 instead of their look-alikes.
 * @throws {FormatError} `format.base32`
 */
export function canonicalBase32(text: string): string {
  let canonical = '';
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) throw new FormatError('format.base32', 'not base 32');
    canonical += CROCKFORD.charAt(value);
  }
  return canonical;
}
