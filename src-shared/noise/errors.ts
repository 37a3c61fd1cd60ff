import { ClawReachError } from '../errors.ts';

/**
 * Error of a call that the state of a handshake or cipher doesn't allow: `noise.order` (the other side's turn, or another call is running),
 * `noise.finished`, `noise.failed` (an earlier call failed), `noise.exhausted` (too many records under one handshake).
 */
export class NoiseError extends ClawReachError {
  override readonly name = 'NoiseError';
}
