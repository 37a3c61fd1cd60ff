import { parseFingerprint } from '#shared/openclaw/gateway/index.ts';

/** Prints the fingerprint of the certificate that a gateway has made for itself. */
export const PRINT_COMMAND = 'openssl x509 -in ~/.openclaw/gateway/tls/gateway-cert.pem -noout -fingerprint -sha256';

export type FingerprintComparison = 'none' | 'unreadable' | 'equal' | 'differs';

/**
 * What a person typed or pasted, beside the fingerprint that is shown.
 * @param fingerprint 64 lower-case digits
 */
export function compareFingerprint(typed: string, fingerprint: string): FingerprintComparison {
  if (typed.trim() === '') return 'none';
  const read = tryFingerprint(typed);
  if (read === undefined) return 'unreadable';
  return read === fingerprint ? 'equal' : 'differs';
}

/** 64 lower-case digits, or undefined for what is no fingerprint. */
export function tryFingerprint(typed: string): string | undefined {
  try {
    return parseFingerprint(typed);
  } catch {
    return undefined;
  }
}

/** Sixteen groups of four. @param fingerprint 64 lower-case digits */
export function fingerprintGroups(fingerprint: string): readonly string[] {
  return fingerprint.match(/.{1,4}/gu) ?? [];
}
