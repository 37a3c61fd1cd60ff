import { FormatError } from '../errors.ts';

const HEX = '0123456789abcdef';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE64URL_VALUES = new Map([...BASE64URL].map((character, value) => [character, value]));

/** Encodes bytes as lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += `${HEX[byte >> 4] ?? ''}${HEX[byte & 15] ?? ''}`;
  return text;
}

/** Decodes hexadecimal of either case. @throws {FormatError} `format.hex` unless the text is an even number of hexadecimal digits */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new FormatError('format.hex', 'not hexadecimal');
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}

/** Encodes bytes as base64url without padding (RFC 4648 section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1] ?? 0;
    const third = bytes[index + 2] ?? 0;
    const left = bytes.length - index;
    text += `${BASE64URL[first >> 2] ?? ''}${BASE64URL[((first & 3) << 4) | (second >> 4)] ?? ''}`;
    if (left > 1) text += BASE64URL[((second & 15) << 2) | (third >> 6)] ?? '';
    if (left > 2) text += BASE64URL[third & 63] ?? '';
  }
  return text;
}

/**
 * Decodes base64url strictly, so that one value has exactly one text: rejects padding, other characters, and unused bits that are not zero.
 * @throws {FormatError} `format.base64url`
 */
export function fromBase64Url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let offset = 0;
  for (const character of text) {
    const value = BASE64URL_VALUES.get(character);
    if (value === undefined) throw new FormatError('format.base64url', 'not base64url');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset] = (held >> bits) & 0xff;
      offset += 1;
    }
  }
  if (bits === 6 || (held & ((1 << bits) - 1)) !== 0) throw new FormatError('format.base64url', 'not base64url');
  return bytes;
}
