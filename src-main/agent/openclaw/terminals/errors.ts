import { ClawReachError } from '#shared/errors.ts';
import { TerminalError } from '#shared/terminal/index.ts';

/** Converts a gateway's rejection of a terminal call to a `TerminalError`; returns other errors unchanged. */
export function toTerminalError(error: unknown): unknown {
  if (!(error instanceof ClawReachError))
    return error instanceof Error && error.name === 'ZodError'
      ? new TerminalError('terminal.protocol', 'the gateway sent something that is not part of the protocol', {
          cause: error,
        })
      : error;
  if (error.code !== 'gateway.request') return error;
  const message = String(error.details['message'] ?? '');
  if (/unknown terminal session/.test(message))
    return new TerminalError('terminal.unknown', 'it is not there', { cause: error });
  if (/terminal is (?:disabled|not available)/.test(message))
    return new TerminalError('terminal.disabled', 'the gateway has no terminals', { cause: error });
  return error;
}
