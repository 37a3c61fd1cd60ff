import { gatewayError } from './errors.ts';

/** Maximum length of a text that is parsed, characters. A line of `openssl x509 -fingerprint` has about 115. */
const LONGEST = 512;
const DIGITS = 64;

/**
 * Parses the fingerprint of a certificate as people copy it: 64 hexadecimal digits in either case, also in pairs separated by colons or spaces, and
 * with `sha256:` or the prefix of `openssl x509 -fingerprint` in front. Pure.
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

/** Formats a fingerprint for a person to compare: sixteen groups of four digits. @param fingerprint 64 lower-case hexadecimal digits */
export function groupFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** Formats a fingerprint as `openssl` and OpenClaw do: upper-case pairs separated by colons. @param fingerprint 64 lower-case hexadecimal digits */
export function colonFingerprint(fingerprint: string): string {
  return fingerprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
}

function invalid(reason: string): Error {
  return gatewayError('gateway.fingerprint-invalid', `no fingerprint: ${reason}`, { field: 'fingerprint', reason });
}
