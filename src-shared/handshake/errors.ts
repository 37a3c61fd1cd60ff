import { ClawReachError } from '../errors.ts';

/**
 * Error of a handshake between two devices. Codes:
 * `handshake.mac` (message 1 is not meant for this device), `handshake.version`, `handshake.suite` (the other side uses another protocol),
 * `handshake.unknown-peer` (not paired), `handshake.wrong-peer` (another device answered), `handshake.static-key` (certificate and handshake
 * name different keys), `handshake.generation` (an older key than the known one), `handshake.replay`, `handshake.downgrade` (the offer was
 * changed in transit), `handshake.damaged` (the answer doesn't authenticate), `handshake.self`, `handshake.unknown-session` (the peer no
 * longer has the session to resume), `handshake.used` (a second use of a single-use object).
 */
export class HandshakeError extends ClawReachError {
  override readonly name = 'HandshakeError';
}
