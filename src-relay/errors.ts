import { ClawReachError } from '#shared/errors.ts';

/** Error that keeps the relay from starting or continuing. `code` is `relay.<what>`; texts in `command/start-errors.ts` have the remedies. */
export class RelayStartError extends ClawReachError {
  override readonly name = 'RelayStartError';
}
