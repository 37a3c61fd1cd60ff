import { ClawReachError } from '../errors.ts';

/**
 * Call that the state of a handshake or cipher doesn't allow. Codes: `noise.order` (it is the other side's turn, or another call is running),
 * `noise.finished`, `noise.failed` (an earlier call failed), `noise.exhausted` (too many records after one handshake).
 */
export class NoiseError extends ClawReachError {
  override readonly name = 'NoiseError';
}
