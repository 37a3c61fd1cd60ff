import { ClawReachError } from '../errors.ts';

/**
 * Why two devices did not get a secure connection. Codes:
 * `handshake.mac` (message 1 is not meant for this device), `handshake.version`, `handshake.suite` (the other side speaks another protocol),
 * `handshake.unknown-peer` (not paired), `handshake.wrong-peer` (another device answered), `handshake.static-key` (certificate and handshake
 * name different keys), `handshake.generation` (an older key than the one already known), `handshake.replay`, `handshake.downgrade`
 * (somebody changed what was offered), `handshake.damaged` (the answer does not authenticate), `handshake.self`, `handshake.unknown-session` (the peer does not have the session that
 * was to go on), `handshake.used` (a second use of a one-use object).
 */
export class HandshakeError extends ClawReachError {
  override readonly name = 'HandshakeError';
}
