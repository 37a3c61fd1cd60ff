import { gatewayError } from './errors.ts';

/** Maximum length of a text that is parsed, characters. A line of `openssl x509 -fingerprint` has about 115. */
const LONGEST = 512;
const DIGITS = 64;

/**
 * Parses the SHA-256 fingerprint of a gateway's certificate, from the window, the command line, a setup code, a file or a LAN announcement: 64
 * hexadecimal digits in either case, with or without colons and spaces, and with or without `sha256:` or the prefix of `openssl x509 -fingerprint`.
 * Pure.
 * @returns 64 lower-case hexadecimal digits
 * @throws {GatewayError} `gateway.fingerprint-invalid` (details: field, reason)
 */
export function parseFingerprint(text: string): string {
  if (text.length > LONGEST) throw invalid('it is too long');
  const digits = text
    .trim()
    .replace(/^sha-?256(?:\s+fingerprint)?\s*[:=]\s*/i, '')
    .replaceAll(/[:\s]/g, '')
    .toLowerCase();
  if (digits === '') throw invalid('it is empty');
  if (/[^0-9a-f]/u.test(digits)) throw invalid('it has a character that is no hexadecimal digit');
  if (digits.length !== DIGITS) throw invalid(`it has ${digits.length} digits instead of 64`);
  return digits;
}

/**
 * Formats a fingerprint for people, as `openssl` and OpenClaw do: upper-case pairs separated by colons. Used by the window, the command line, and the
 * agent's instructions for a new node. Pure.
 * @param fingerprint 64 lower-case hexadecimal digits
 */
export function colonFingerprint(fingerprint: string): string {
  return fingerprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
}

function invalid(reason: string): Error {
  return gatewayError('gateway.fingerprint-invalid', `no fingerprint: ${reason}`, { field: 'fingerprint', reason });
}
