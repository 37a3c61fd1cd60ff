import { ClawReachError } from '#shared/errors.ts';

/** Codes `control.*` of the socket between a user interface and the agent. */
export class ControlError extends ClawReachError {
  override readonly name = 'ControlError';
}
