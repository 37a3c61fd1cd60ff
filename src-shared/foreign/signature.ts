import canonicalize from 'canonicalize';
import { concatBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';

/** JSON object as it was received: every field counts for its signature. */
export type SignedObject = Readonly<Record<string, unknown>>;

/**
 * Returns the bytes that the signature of a request covers: `METHOD path`, a line feed, and the canonical form (RFC 8785) of the object without
 * `signature`. Keys are ASCII and values are strings, integers and lists of strings, so that most languages write the same form: Python's
 * `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`. Pure.
 * @param request such as `POST /api/v1/send`
 */
export function signedBytes(request: string, object: SignedObject): Uint8Array {
  const { signature: _, ...rest } = object;
  return concatBytes(toUtf8(`${request}\n`), toUtf8(canonicalize(rest) ?? ''));
}

/** Returns the bytes that the signature of a receipt covers: `RECEIPT`, a line feed, and the canonical form without `signature`. Pure. */
export function receiptBytes(receipt: SignedObject): Uint8Array {
  return signedBytes('RECEIPT', receipt);
}

/** Returns the HMAC-SHA256 of a request, 32 bytes. Pure. @param key 32 bytes */
export function requestSignature(
  crypto: Pick<CryptoBackend, 'hmacSha256'>,
  key: Uint8Array,
  request: string,
  object: SignedObject,
): Uint8Array {
  return crypto.hmacSha256(key, signedBytes(request, object));
}
