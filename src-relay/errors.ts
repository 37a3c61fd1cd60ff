import { ClawReachError } from '#shared/errors.ts';

/** Error that keeps the relay from starting or continuing. Codes `relay.*`; `command/start-errors.ts` has the next steps for people. */
export class RelayStartError extends ClawReachError {
  override readonly name = 'RelayStartError';
}
