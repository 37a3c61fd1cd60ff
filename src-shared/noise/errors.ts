import { ClawReachError } from '../errors.ts';

/**
 * A call that the state of a handshake or cipher does not allow: `noise.order` (not this side's turn, or a call while another runs),
 * `noise.finished`, `noise.failed` (after an error nothing more is possible), `noise.exhausted` (too many records under one key).
 */
export class NoiseError extends ClawReachError {
  override readonly name = 'NoiseError';
}
