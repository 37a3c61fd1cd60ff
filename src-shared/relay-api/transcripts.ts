import { ByteWriter, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import type { RelayRole } from './messages.ts';

/**
 * Facts that a device signs in `hello`. If a relay forwards the challenge of another relay, one of the first three differs, and the signature is
 * invalid there.
 */
export type HelloFacts = Readonly<{
  /** Ed25519 public key that the relay announced, 32 bytes. The client compares it with the pinned key first. */
  relayKey: Uint8Array;
  /** `host:port` to which the client connected, in lower case, always with the port. */
  authority: string;
  /** SHA-256 of the public key (SPKI) in the TLS certificate that the client saw; empty without TLS, and from a browser, which can't see it. */
  tlsPin: Uint8Array;
  certificate: Uint8Array;
  role: RelayRole;
  relayNonce: Uint8Array;
  clientNonce: Uint8Array;
  /** Versions that the relay offered. Signing them shows if an attacker has removed one. */
  versionsOffered: readonly number[];
  version: number;
}>;

/**
 * Returns the bytes that the device's Ed25519 key signs in `hello` (PROTOCOL section 7). The device signs them, the relay verifies the signature.
 * Pure.
 */
export function helloTranscript(facts: HelloFacts): Uint8Array {
  return transcript('clawreach relay hello 1', facts);
}

/** Returns the bytes that the relay's Ed25519 key signs in `welcome`, which proves that the relay holds the announced key. Pure. */
export function welcomeTranscript(facts: HelloFacts): Uint8Array {
  return transcript('clawreach relay welcome 1', facts);
}

/**
 * Computes the proof that a device knows the admission token, without revealing the token: HMAC-SHA256 under a key derived from the token, over the
 * hello transcript. Pure.
 * @returns 32 bytes
 */
export function admissionProof(crypto: CryptoBackend, token: string, facts: HelloFacts): Uint8Array {
  const key = crypto.hkdfSha256(toUtf8(token), new Uint8Array(0), toUtf8('clawreach relay admission 1'), 32);
  return crypto.hmacSha256(key, helloTranscript(facts));
}

/**
 * Derives the key by which a device proves that it knows the secret of an enrol ticket. The relay stores this key, sealed, instead of the secret. Pure.
 * @param secret 32 bytes
 * @returns 32 bytes
 */
export function enrolTicketKey(crypto: CryptoBackend, secret: Uint8Array): Uint8Array {
  return crypto.hkdfSha256(secret, new Uint8Array(0), toUtf8('clawreach relay enrol ticket 1'), 32);
}

/**
 * Computes the proof that a device knows the secret of an enrol ticket: HMAC-SHA256 over the hello transcript, so that it's valid for one device at one
 * connection. Pure.
 * @param key result of `enrolTicketKey`
 * @returns 32 bytes
 */
export function enrolTicketProof(crypto: CryptoBackend, key: Uint8Array, facts: HelloFacts): Uint8Array {
  return crypto.hmacSha256(key, helloTranscript(facts));
}

/** Returns the bytes that the relay's Ed25519 key signs for the field `others` of `welcome`. Pure. */
export function othersTranscript(relayKey: Uint8Array, urls: readonly string[]): Uint8Array {
  const writer = new ByteWriter(512).text('clawreach relay others 1').prefixed(relayKey).varint(urls.length);
  for (const url of urls) writer.text(url);
  return writer.finish();
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
