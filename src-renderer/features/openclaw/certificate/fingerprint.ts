import { parseFingerprint } from '#shared/openclaw/gateway/index.ts';

/** Prints the fingerprint of the certificate that a gateway has made for itself. */
export const PRINT_COMMAND = 'openssl x509 -in ~/.openclaw/gateway/tls/gateway-cert.pem -noout -fingerprint -sha256';

export type FingerprintComparison = 'none' | 'unreadable' | 'equal' | 'differs';

/** Compares a typed or pasted fingerprint with the one that is shown. @param fingerprint 64 lower-case digits
 */
export function compareFingerprint(typed: string, fingerprint: string): FingerprintComparison {
  if (typed.trim() === '') return 'none';
  const read = tryFingerprint(typed);
  if (read === undefined) return 'unreadable';
  return read === fingerprint ? 'equal' : 'differs';
}

/** Parses a fingerprint to 64 lower-case digits; undefined if it isn't one. */
export function tryFingerprint(typed: string): string | undefined {
  try {
    return parseFingerprint(typed);
  } catch {
    return undefined;
  }
}

/** Splits a fingerprint into sixteen groups of four. @param fingerprint 64 lower-case digits */
export function fingerprintGroups(fingerprint: string): readonly string[] {
  return fingerprint.match(/.{1,4}/gu) ?? [];
}
