import { ClawReachError } from '#shared/errors.ts';

/** Error of the local socket between a user interface and the agent. Codes `control.*`. */
export class ControlError extends ClawReachError {
  override readonly name = 'ControlError';
}
