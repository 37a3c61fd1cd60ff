import { ClawReachError } from '#shared/errors.ts';

/** No WebRTC connection. Codes: `udp.unavailable` (the library is not here, or does not load), `udp.failed`. */
export class WebRtcError extends ClawReachError {
  override readonly name = 'WebRtcError';
}
