import { ClawReachError } from '#shared/errors.ts';

/** Error of the autostart setting; codes `shell.autostart-*`. */
export class AutostartError extends ClawReachError {
  override readonly name = 'AutostartError';
}
