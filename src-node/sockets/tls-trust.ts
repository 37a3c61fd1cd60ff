import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { equalBytes, toHex } from '#shared/bytes/index.ts';
import { DialError } from './errors.ts';

/** A chain that ends nowhere known: what a relay with its own certificate looks like, and what a pin can settle. */
const UNKNOWN_ISSUER: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** SHA-256 of the certificate's public key as SubjectPublicKeyInfo (RFC 7469 section 2.4), 32 bytes. */
export function spkiPin(certificate: X509Certificate): Uint8Array {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(spki).digest());
}

/**
 * Judges the certificate of a TLS socket that has just connected: by the pin alone if there is one, else by Node's verdict on chain and name.
 * @returns the pin seen
 * @throws {DialError} `relay.pin-mismatch` (details: expected, seen), `relay.untrusted` (details: pin, reason), `relay.tls-certificate`
 *   (details: reason)
 */
export function verifyServerCertificate(socket: TLSSocket, pin: Uint8Array | undefined): Uint8Array {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw new DialError('relay.tls', 'the relay showed no certificate');
  const seen = spkiPin(certificate);
  if (pin !== undefined) {
    if (equalBytes(seen, pin)) return seen;
    throw new DialError('relay.pin-mismatch', 'the relay has another TLS key than the pinned one', {
      details: { expected: toHex(pin), seen: toHex(seen) },
    });
  }
  if (socket.authorized) return seen;
  const reason = authorizationProblem(socket);
  if (UNKNOWN_ISSUER.has(reason)) {
    throw new DialError('relay.untrusted', 'the certificate of the relay is its own', {
      details: { pin: toHex(seen), reason },
    });
  }
  throw new DialError('relay.tls-certificate', `the certificate of the relay is not valid: ${reason}`, {
    details: { reason },
  });
}

/** Node gives a code as text, or an Error with one; the types know the Error only. */
export function authorizationProblem(socket: TLSSocket): string {
  const problem: unknown = socket.authorizationError;
  if (typeof problem === 'string') return problem;
  if (problem instanceof Error && 'code' in problem && typeof problem.code === 'string') return problem.code;
  return 'unknown';
}
