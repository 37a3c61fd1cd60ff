import { ClawReachError } from '../errors.ts';

/**
 * Failed handshake between two devices. Codes:
 *
 * - `handshake.mac`: message 1 is for another device.
 * - `handshake.version`, `handshake.suite`: the other device uses another protocol.
 * - `handshake.unknown-peer`: the other device isn't paired with this one.
 * - `handshake.wrong-peer`: another device answered.
 * - `handshake.static-key`: certificate and handshake name different keys.
 * - `handshake.generation`: the peer used a key older than the known one.
 * - `handshake.replay`: message 1 was received before.
 * - `handshake.downgrade`: the offer was changed in transit.
 * - `handshake.damaged`: the answer doesn't authenticate.
 * - `handshake.self`: the device called itself.
 * - `handshake.unknown-session`: the peer no longer has the session to resume.
 * - `handshake.used`: a single-use object was used twice.
 */
export class HandshakeError extends ClawReachError {
  override readonly name = 'HandshakeError';
}
