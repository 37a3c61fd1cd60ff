import { ClawReachError } from '../errors.ts';

/**
 * Failure of a direct connection. Codes: `direct.address` (must not be dialed), `direct.connection-refused`, `direct.unreachable`, `direct.timeout`
 * (no TCP connection in time), `direct.no-answer` (the answer is not a peer's), `direct.aborted`, `direct.listen` (this device cannot listen;
 * details: system).
 */
export class DirectError extends ClawReachError {
  override readonly name = 'DirectError';
}
