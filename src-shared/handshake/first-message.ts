import { ByteReader, ByteWriter, concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { FormatError } from '../errors.ts';
import { peerIdBytes, type PeerId } from '../identity/index.ts';
import { HandshakeError } from './errors.ts';

/** Version of the wire: what comes in clear before message 1 and how the rest is read. */
export const WIRE_VERSION = 1;
/** Noise_IK_25519_AESGCM_SHA256. */
export const SUITE_25519_AESGCM_SHA256 = 1;
/** Longest message 1 or 2, bytes; the relay's limit too. Version 1 needs less than 400. */
export const MAX_HANDSHAKE_MESSAGE = 2048;

const MAC_LENGTH = 16;
const NO_SALT = new Uint8Array(0);
const CLEAR = Uint8Array.from([WIRE_VERSION, SUITE_25519_AESGCM_SHA256]);

/**
 * Puts in front of Noise message 1: wire version 1, suite 1, MAC 16. The MAC (truncated HMAC-SHA256 over version, suite and message) is keyed
 * by the responder's peer id: whoever does not know whom he is talking to gets no Diffie-Hellman out of the responder (PROTOCOL section 3).
 */
export function wrapFirstMessage(crypto: CryptoBackend, responder: PeerId, noiseMessage: Uint8Array): Uint8Array {
  return concatBytes(CLEAR, macOf(crypto, responder, noiseMessage), noiseMessage);
}

/**
 * The first check of a stranger's message: a hash and nothing dearer.
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

/** By which kind of path a handshake goes, as either side has it. */
export type HandshakePath = 'relay' | 'direct' | 'udp' | 'via';

/**
 * Label, wire version, suite, the responder's peer id and the kind of path: what both sides must have in common before the first byte. So
 * nobody in between carries a handshake on by another kind of path than that for which it was begun, past what a person allows.
 */
export function prologueFor(responder: PeerId, path?: HandshakePath): Uint8Array {
  const prologue = new ByteWriter().text('clawreach handshake 1').bytes(CLEAR).bytes(peerIdBytes(responder));
  return (path === undefined ? prologue : prologue.text(path)).finish();
}

function macOf(crypto: CryptoBackend, responder: PeerId, noiseMessage: Uint8Array): Uint8Array {
  const key = crypto.hkdfSha256(peerIdBytes(responder), NO_SALT, toUtf8('clawreach handshake mac 1'), 32);
  return crypto.hmacSha256(key, CLEAR, noiseMessage).subarray(0, MAC_LENGTH);
}
