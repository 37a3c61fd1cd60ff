import { createHash, type KeyObject } from 'node:crypto';

/**
 * Reads the type at the beginning of a public key in SSH wire format (RFC 4253 section 6.6); undefined if there is none. Pure, like all of this file.
 */
export function keyType(key: Uint8Array): string | undefined {
  if (key.length < 4) return undefined;
  const length = new DataView(key.buffer, key.byteOffset).getUint32(0);
  if (length === 0 || length > 64 || key.length < 4 + length) return undefined;
  const type = Buffer.from(key.subarray(4, 4 + length)).toString('latin1');
  return /^[a-z0-9@.-]+$/.test(type) ? type : undefined;
}

/** Returns the fingerprint of a public key as OpenSSH shows it: `SHA256:` and base64 without padding. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

const CURVES: Readonly<Record<string, string>> = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' };

/** Encodes the public half of a key in SSH wire format (RFC 4253 section 6.6, RFC 5656, RFC 8709); undefined for types that SSH lacks. */
export function publicKeyOf(key: KeyObject): Buffer | undefined {
  const jwk = key.export({ format: 'jwk' });
  const field = (name: 'crv' | 'e' | 'n' | 'x' | 'y'): Buffer => Buffer.from(jwk[name] ?? '', 'base64url');
  if (jwk.kty === 'RSA') return strings(Buffer.from('ssh-rsa'), integer(field('e')), integer(field('n')));
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return strings(Buffer.from('ssh-ed25519'), field('x'));
  const curve = jwk.kty === 'EC' ? CURVES[jwk.crv ?? ''] : undefined;
  if (curve === undefined) return undefined;
  const point = Buffer.concat([Buffer.of(4), field('x'), field('y')]);
  return strings(Buffer.from(`ecdsa-sha2-${curve}`), Buffer.from(curve), point);
}

/** Encodes each part as a `string` (RFC 4251 section 5): its length, then its bytes. */
function strings(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

/** Returns the bytes of a non-negative `mpint` (RFC 4251 section 5). */
function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const short = bytes.subarray(start);
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
}
