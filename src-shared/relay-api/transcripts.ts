import { ByteWriter, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';

/** Facts that a hello signs. A relay that forwards another relay's challenge changes one of the first three. */
export type HelloFacts = Readonly<{
  /** Ed25519 public key the relay announced, 32 bytes; the client compares it with the pinned one first. */
  relayKey: Uint8Array;
  /** `host:port` that the client dialled, lower case, port always given. */
  authority: string;
  /** SHA-256 of the TLS certificate's public key (SPKI) that the client saw; empty without TLS. */
  tlsPin: Uint8Array;
  certificate: Uint8Array;
  role: 'agent' | 'joiner';
  relayNonce: Uint8Array;
  clientNonce: Uint8Array;
  /** Versions the relay offered and the one chosen: a stripped version shows. */
  versionsOffered: readonly number[];
  version: number;
}>;

/** Returns the bytes that the device's Ed25519 key signs in `hello` (PROTOCOL section 7). */
export function helloTranscript(facts: HelloFacts): Uint8Array {
  return transcript('clawreach relay hello 1', facts);
}

/**
 * Returns the bytes that the relay's Ed25519 key signs in `welcome`: proof that it holds the announced key, for this
 * connection.
 */
export function welcomeTranscript(facts: HelloFacts): Uint8Array {
  return transcript('clawreach relay welcome 1', facts);
}

/**
 * Proof of the admission token without showing it: HMAC-SHA256 under a key derived from the token, over the hello transcript.
 * @returns 32 bytes
 */
export function admissionProof(crypto: CryptoBackend, token: string, facts: HelloFacts): Uint8Array {
  const key = crypto.hkdfSha256(toUtf8(token), new Uint8Array(0), toUtf8('clawreach relay admission 1'), 32);
  return crypto.hmacSha256(key, helloTranscript(facts));
}

function transcript(label: string, facts: HelloFacts): Uint8Array {
  const writer = new ByteWriter(512)
    .text(label)
    .prefixed(facts.relayKey)
    .text(facts.authority)
    .prefixed(facts.tlsPin)
    .prefixed(facts.certificate)
    .text(facts.role)
    .prefixed(facts.relayNonce)
    .prefixed(facts.clientNonce)
    .varint(facts.versionsOffered.length);
  for (const version of facts.versionsOffered) writer.varint(version);
  return writer.varint(facts.version).finish();
}
