import { ByteReader, ByteWriter, concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { peerIdBytes, type PeerId } from '../identity/index.ts';
import { HandshakeError } from './errors.ts';

/** Version of the wire format: the clear bytes before message 1 and the layout of the rest. */
export const WIRE_VERSION = 1;
/** Suite number of Noise_IK_25519_AESGCM_SHA256. */
export const SUITE_25519_AESGCM_SHA256 = 1;
/** Longest message 1 or 2, in bytes; also the relay's limit. Version 1 needs less than 400. */
export const MAX_HANDSHAKE_MESSAGE = 2048;

const MAC_LENGTH = 16;
const NO_SALT = new Uint8Array(0);
const CLEAR = Uint8Array.from([WIRE_VERSION, SUITE_25519_AESGCM_SHA256]);

/**
 * Prefixes Noise message 1 with wire version 1, suite 1 and MAC 16. The MAC (truncated HMAC-SHA256 over version, suite and message) is keyed by
 * the responder's peer ID: the responder performs no Diffie-Hellman for a caller that lacks it (PROTOCOL section 3).
 */
export function wrapFirstMessage(crypto: CryptoBackend, responder: PeerId, noiseMessage: Uint8Array): Uint8Array {
  return concatBytes(CLEAR, macOf(crypto, responder, noiseMessage), noiseMessage);
}

/**
 * Checks the clear prefix and MAC of a message 1, which costs one hash and no Diffie-Hellman.
 * @returns Noise message 1
 * @throws {FormatError} `format.handshake` @throws {HandshakeError} `handshake.version`, `handshake.suite`, `handshake.mac`
 */
export function unwrapFirstMessage(crypto: CryptoBackend, responder: PeerId, message: Uint8Array): Uint8Array {
  if (message.length > MAX_HANDSHAKE_MESSAGE)
    throw new FormatError('format.handshake', 'a handshake message is too long');
  const reader = new ByteReader(message);
  if (reader.u8() !== WIRE_VERSION)
    throw new HandshakeError('handshake.version', 'the other side speaks another version');
  if (reader.u8() !== SUITE_25519_AESGCM_SHA256) {
    throw new HandshakeError('handshake.suite', 'the other side uses another cipher suite');
  }
  const mac = reader.bytes(MAC_LENGTH);
  const noiseMessage = reader.rest();
  if (!equalBytes(mac, macOf(crypto, responder, noiseMessage))) {
    throw new HandshakeError('handshake.mac', 'the message is not for this device');
  }
  return noiseMessage;
}

/** Transport of the path on which a handshake runs, as each side sees it. */
export type HandshakePath = 'relay' | 'direct' | 'udp' | 'via';

/**
 * Builds the prologue: label, wire version, suite, the responder's peer ID and the transport, on which both sides must agree. Binding the
 * transport keeps an intermediary from moving a handshake to a kind of path that a person doesn't allow.
 */
export function prologueFor(responder: PeerId, path?: HandshakePath): Uint8Array {
  const prologue = new ByteWriter().text('clawreach handshake 1').bytes(CLEAR).bytes(peerIdBytes(responder));
  return (path === undefined ? prologue : prologue.text(path)).finish();
}

function macOf(crypto: CryptoBackend, responder: PeerId, noiseMessage: Uint8Array): Uint8Array {
  const key = crypto.hkdfSha256(peerIdBytes(responder), NO_SALT, toUtf8('clawreach handshake mac 1'), 32);
  return crypto.hmacSha256(key, CLEAR, noiseMessage).subarray(0, MAC_LENGTH);
}
