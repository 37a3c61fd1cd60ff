import { equalBytes, fromBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, FormatError } from '#shared/errors.ts';
import { verifyCertificate, type DeviceCertificate } from '#shared/identity/index.ts';
import {
  admissionProof,
  helloTranscript,
  RELAY_VERSIONS,
  type AgentMessage,
  type HelloFacts,
  type RelayErrorCode,
} from '#shared/relay-api/index.ts';

/** First message of a client on a control connection. */
export type Hello = Extract<AgentMessage, { type: 'hello' }>;

/** Versions of the control protocol that this relay speaks, as the challenge offers them: oldest first. */
export const VERSIONS: readonly number[] = RELAY_VERSIONS.toReversed();

/** Error that rejects a hello or ends a control connection; its reason and text are sent to the client. */
export class HelloError extends ClawReachError {
  override readonly name = 'HelloError';
  readonly reason: RelayErrorCode;
  /** Time after which the client may retry, ms; undefined if the error does not depend on time. */
  readonly retryAfter: number | undefined;

  constructor(reason: RelayErrorCode, message: string, retryAfter?: number) {
    super(`relay.${reason}`, message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

/** Facts that the relay itself knows about a connection. */
export type HelloExpectation = Readonly<{
  relayKey: Uint8Array;
  /** Nonce of this connection only. */
  relayNonce: Uint8Array;
  /** Pins of the served certificates; undefined if TLS doesn't end in this process. */
  tlsPins: readonly Uint8Array[] | undefined;
  /** Reports whether clients may dial this relay by this name (`AuthorityCheck`). */
  acceptsAuthority(authority: string, tlsPin: Uint8Array): boolean;
  /** Reports whether the page that opened this connection belongs to the name that it signs (`AuthorityCheck`). */
  acceptsPage(authority: string): boolean;
  /** Unix time, s. */
  now: number;
}>;

/**
 * Verifies the sender of a hello, and that the hello is meant for this relay and connection (PROTOCOL section 7). Doesn't decide about admission.
 * Pure.
 *
 * A web page (role `browser` or `guest`) can't see the certificate of its connection, so it signs no pin; the name that it signs has to be the one
 * that its page came from, and one of this relay. Anyone who holds a certificate of an authority for that name can therefore pass the hello on and be
 * online in the browser's place. That impostor lacks the browser's static key: it establishes no session with anyone. It could have changed the page
 * as well.
 * @throws {HelloError}
 * @throws {FormatError} for a field that is not base64url
 */
export function verifyHello(
  crypto: CryptoBackend,
  hello: Hello,
  expected: HelloExpectation,
): Readonly<{ certificate: DeviceCertificate; facts: HelloFacts }> {
  if (!VERSIONS.includes(hello.version)) {
    throw new HelloError('version', `this relay speaks version ${VERSIONS.join(', ')}`);
  }
  const facts: HelloFacts = {
    relayKey: fromBase64Url(hello.relayKey),
    authority: hello.authority,
    tlsPin: fromBase64Url(hello.tlsPin),
    certificate: fromBase64Url(hello.certificate),
    role: hello.role,
    relayNonce: expected.relayNonce,
    clientNonce: fromBase64Url(hello.nonce),
    versionsOffered: VERSIONS,
    version: hello.version,
  };
  // 1. The hello is meant for this relay: an impostor in between has another key, certificate or name.
  if (!equalBytes(facts.relayKey, expected.relayKey)) {
    throw new HelloError('relay-mismatch', 'you expect a relay with another key');
  }
  if (isPage(hello)) {
    if (facts.tlsPin.length > 0 || !expected.acceptsPage(facts.authority)) {
      throw new HelloError('relay-mismatch', 'the page was not loaded from the name of this relay that it signs');
    }
  } else if (expected.tlsPins === undefined) {
    if (!expected.acceptsAuthority(facts.authority, facts.tlsPin)) {
      throw new HelloError(
        'relay-mismatch',
        'this relay does not know the name you dialed; its operator can add it with --public-url, and a proxy must pass Host on',
      );
    }
  } else if (!expected.tlsPins.some((pin) => equalBytes(pin, facts.tlsPin))) {
    throw new HelloError('relay-mismatch', 'the certificate you saw is not the one of this relay');
  }
  // 2. The certificate is valid now.
  const certificate = checkCertificate(crypto, facts.certificate, expected.now);
  // 3. The certificate's key signs this connection: both nonces, the dialed name, the offered versions.
  if (!crypto.ed25519Verify(certificate.signingKey, helloTranscript(facts), fromBase64Url(hello.signature))) {
    throw new HelloError('signature', 'the signature of hello is wrong');
  }
  return { certificate, facts };
}

/** Reports whether a hello comes from a web page. */
export function isPage({ role }: Pick<Hello, 'role'>): boolean {
  return role === 'browser' || role === 'guest';
}

/** Reports whether the hello proves knowledge of the admission token. */
export function provesAdmission(crypto: CryptoBackend, hello: Hello, facts: HelloFacts, token: string): boolean {
  if (hello.admission === undefined) return false;
  return equalBytes(fromBase64Url(hello.admission), admissionProof(crypto, token, facts));
}

function checkCertificate(crypto: CryptoBackend, encoded: Uint8Array, now: number): DeviceCertificate {
  try {
    return verifyCertificate(crypto, encoded, now);
  } catch (error) {
    if (error instanceof FormatError || (error instanceof ClawReachError && error.code.startsWith('certificate.'))) {
      throw new HelloError('certificate', error.message);
    }
    throw error;
  }
}
