import { ClawReachError } from '#shared/errors.ts';

/** The command that comes with the application was not installed. Codes `shell.command-*`. */
export class CommandError extends ClawReachError {
  override readonly name = 'CommandError';
}
