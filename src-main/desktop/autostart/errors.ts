import { ClawReachError } from '#shared/errors.ts';

/** Codes `shell.autostart-*`. */
export class AutostartError extends ClawReachError {
  override readonly name = 'AutostartError';
}
