import { gatewayError } from './errors.ts';

/** Longest text that is parsed; a line of `openssl x509 -fingerprint` has about 115 characters. */
const LONGEST = 512;
const DIGITS = 64;

/**
 * Reads the fingerprint of a certificate as people have it: 64 hexadecimal digits, or pairs with colons or spaces
 * between, in any case, with `sha256:` or what `openssl x509 -fingerprint` writes before it.
 * @returns 64 lower-case digits
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

/** For a person to compare: sixteen groups of four digits. @param fingerprint 64 lower-case digits */
export function groupFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** As `openssl` and OpenClaw write it: pairs in upper case with colons between. @param fingerprint 64 lower-case digits */
export function colonFingerprint(fingerprint: string): string {
  return fingerprint.toUpperCase().replaceAll(/(..)(?=.)/g, '$1:');
}

function invalid(reason: string): Error {
  return gatewayError('gateway.fingerprint-invalid', `no fingerprint: ${reason}`, { field: 'fingerprint', reason });
}
