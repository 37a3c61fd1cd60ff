import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { DialError } from '#shared/relay-dialer/index.ts';
import { equalBytes, toHex } from '#shared/bytes/index.ts';

/** Verification errors of a chain that ends at no known authority, as with a relay's self-signed certificate. A pin can settle these. */
const UNKNOWN_ISSUER: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * Returns the pin of a certificate: SHA-256 of its public key as SubjectPublicKeyInfo (RFC 7469 section 2.4), 32 bytes. Used by
 * `verifyServerCertificate`, and in the agent by `probeRelay`, which compares the pin of a relay on this machine as a peer reaches it. Pure.
 */
export function spkiPin(certificate: X509Certificate): Uint8Array {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(spki).digest());
}

/**
 * Checks the certificate of a relay after the TLS handshake: against the pin alone if there is one, else by Node's verification of chain and name.
 * Called by `dialSocket`. Sends nothing.
 * @param pin expected pin, 32 bytes; undefined for none
 * @returns the pin of the certificate
 * @throws {DialError} `relay.tls`, `relay.pin-mismatch` (details: expected, seen), `relay.untrusted` (details: pin, reason), `relay.tls-certificate`
 * (details: reason)
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

/**
 * Returns the code of Node's verification error, of a relay's or an OpenClaw gateway's certificate. Node gives a string or an Error with a code; its
 * types declare the Error only.
 */
export function authorizationProblem(socket: TLSSocket): string {
  const problem: unknown = socket.authorizationError;
  if (typeof problem === 'string') return problem;
  if (problem instanceof Error && 'code' in problem && typeof problem.code === 'string') return problem.code;
  return 'unknown';
}
