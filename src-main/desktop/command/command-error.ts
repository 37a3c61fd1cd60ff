import { ClawReachError } from '#shared/errors.ts';

/** Error of installing the bundled command; codes `shell.command-*`. */
export class CommandError extends ClawReachError {
  override readonly name = 'CommandError';
}
