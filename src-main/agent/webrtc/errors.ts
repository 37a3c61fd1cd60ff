import { ClawReachError } from '#shared/errors.ts';

/**
 * No path over UDP. Codes: `udp.params` (an offer that cannot be read), `udp.off` (not wanted there: outbound only, or relay only for this peer),
 * `udp.peer-unavailable` (the library is missing there, or it is an older version), `udp.busy`, `udp.no-answer` (no way through), `udp.failed`, `udp.aborted`.
 */
export class UdpError extends ClawReachError {
  override readonly name = 'UdpError';
}
