import { ClawReachError } from '#shared/errors.ts';

/**
 * Error of a UDP path. Codes: `udp.params` (invalid offer), `udp.off` (the peer allows none: outbound only, or relay only), `udp.peer-unavailable`
 * (the peer has no WebRTC library, or an older version), `udp.busy`, `udp.no-answer` (no UDP path was found), `udp.failed`, `udp.aborted`.
 */
export class UdpError extends ClawReachError {
  override readonly name = 'UdpError';
}
