import { ByteReader, ByteWriter, concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { peerIdBytes, type PeerId } from '../identity/index.ts';
import { HandshakeError } from './errors.ts';

/** Version of the wire format: the unencrypted bytes in front of message 1, and the layout of everything after them. */
export const WIRE_VERSION = 1;
/** Suite number of Noise_IK_25519_AESGCM_SHA256. */
export const SUITE_25519_AESGCM_SHA256 = 1;
/** Maximum length of message 1 or 2, in bytes; the relay has the same limit. Version 1 needs less than 400. */
export const MAX_HANDSHAKE_MESSAGE = 2048;

const MAC_LENGTH = 16;
const NO_SALT = new Uint8Array(0);
const CLEAR = Uint8Array.from([WIRE_VERSION, SUITE_25519_AESGCM_SHA256]);

/**
 * Puts the unencrypted prefix in front of Noise message 1: wire version (1 byte), suite (1), MAC (16). The MAC, a truncated HMAC-SHA256 over version,
 * suite and message, is keyed by the responder's peer ID. A responder therefore performs no Diffie-Hellman for a caller that lacks its peer ID
 * (PROTOCOL section 3). Pure.
 */
export function wrapFirstMessage(crypto: CryptoBackend, responder: PeerId, noiseMessage: Uint8Array): Uint8Array {
  return concatBytes(CLEAR, macOf(crypto, responder, noiseMessage), noiseMessage);
}

/**
 * Checks the prefix and MAC of a message 1, at the cost of one hash.
 * @returns Noise message 1
 * @throws {FormatError} `format.handshake`
 * @throws {HandshakeError} `handshake.version`, `handshake.suite`, `handshake.mac`
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

/** Transport of the path on which a handshake runs: the same value on both sides. */
export type HandshakePath = 'relay' | 'direct' | 'udp' | 'via' | 'guest';

/**
 * Builds the Noise prologue, which both sides must compute equally: label, wire version, suite, the responder's peer ID and the transport. The
 * transport is included so that an intermediary can't move a handshake to a transport that the person doesn't allow.
 */
export function prologueFor(responder: PeerId, path?: HandshakePath): Uint8Array {
  const prologue = new ByteWriter().text('clawreach handshake 1').bytes(CLEAR).bytes(peerIdBytes(responder));
  return (path === undefined ? prologue : prologue.text(path)).finish();
}

function macOf(crypto: CryptoBackend, responder: PeerId, noiseMessage: Uint8Array): Uint8Array {
  const key = crypto.hkdfSha256(peerIdBytes(responder), NO_SALT, toUtf8('clawreach handshake mac 1'), 32);
  return crypto.hmacSha256(key, CLEAR, noiseMessage).subarray(0, MAC_LENGTH);
}
