import { ClawReachError } from '../errors.ts';

/** Failure of a WebRTC connection. Codes: `udp.unavailable` (the native library is missing or does not load), `udp.failed`. */
export class WebRtcError extends ClawReachError {
  override readonly name = 'WebRtcError';
}
