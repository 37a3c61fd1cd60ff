import { parseFingerprint } from '#shared/openclaw/gateway/index.ts';

/** Shell command that a person can run on the gateway's machine to print the fingerprint of its certificate. Never run by this device. */
export const PRINT_COMMAND = 'openssl x509 -in ~/.openclaw/gateway/tls/gateway-cert.pem -noout -fingerprint -sha256';

/** Result of comparing a typed fingerprint. `none`: nothing was typed; `unreadable`: the text is no fingerprint. */
export type FingerprintComparison = 'none' | 'unreadable' | 'equal' | 'differs';

/**
 * Compares a typed or pasted fingerprint with that of the certificate that the gateway has presented. The dialogs about certificates and the form of
 * a gateway use the functions of this file; all are pure.
 * @param fingerprint 64 lower-case hexadecimal digits
 */
export function compareFingerprint(typed: string, fingerprint: string): FingerprintComparison {
  if (typed.trim() === '') return 'none';
  const read = tryFingerprint(typed);
  if (read === undefined) return 'unreadable';
  return read === fingerprint ? 'equal' : 'differs';
}

/** Parses a typed fingerprint to 64 lower-case hexadecimal digits; undefined if the text is no fingerprint. */
export function tryFingerprint(typed: string): string | undefined {
  try {
    return parseFingerprint(typed);
  } catch {
    return undefined;
  }
}

/**
 * Splits a fingerprint into sixteen groups of four digits.
 * @param fingerprint 64 lower-case hexadecimal digits
 */
export function fingerprintGroups(fingerprint: string): readonly string[] {
  return fingerprint.match(/.{1,4}/gu) ?? [];
}
