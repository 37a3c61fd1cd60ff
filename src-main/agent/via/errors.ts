import { ClawReachError } from '#shared/errors.ts';

/**
 * No way through another peer. Codes: `via.params`, `via.self`, `via.busy`, `via.unreachable` (the middle peer does not reach the target, or
 * does not know it), `via.refused` (the middle peer lets us not), `via.chain` (it is to be reached through another one itself), `via.no-answer`, `via.aborted`.
 */
export class HopError extends ClawReachError {
  override readonly name = 'ViaError';
}
