import { FormatError } from '../errors.ts';

/** Crockford's base 32: no I, L, O, U, so that a code read aloud or from paper survives. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Values of the digits in both cases, with look-alikes. ASCII only: toUpperCase() maps some foreign letters to Latin
 * ones, and one letter to two.
 */
const VALUES = new Map<string, number>();
for (const [value, character] of [...CROCKFORD].entries()) {
  VALUES.set(character, value).set(character.toLowerCase(), value);
}
for (const [character, value] of Object.entries({ O: 0, I: 1, L: 1 })) {
  VALUES.set(character, value).set(character.toLowerCase(), value);
}

/** Five bits a character, most significant first; the last character is padded with zero bits. */
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
 * Reads both cases and the look-alikes O, I and L; anything else, or padding bits that are not zero, is an error.
 * @throws {FormatError} `format.base32`
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
 * Each character as `encodeBase32` writes it: upper case, and 0 and 1 for their look-alikes.
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
