import { ClawReachError, errorMessage, systemCode } from '#shared/errors.ts';

/**
 * Failure of a direct connection. Codes: `direct.address` (must not be dialled), `direct.connection-refused`,
 * `direct.unreachable`, `direct.timeout` (no TCP connection in time), `direct.no-answer` (something answers, but not as
 * the peer would), `direct.aborted`, `direct.listen` (this device cannot listen; details: system).
 */
export class DirectError extends ClawReachError {
  override readonly name = 'DirectError';
}

/** Converts a system error of a socket to a DirectError. */
export function directErrorOf(error: unknown, address: string): DirectError {
  const system = systemCode(error) ?? 'none';
  const code = CODES[system] ?? 'direct.unreachable';
  return new DirectError(code, `${address}: ${errorMessage(error)}`, { cause: error, details: { address, system } });
}

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'direct.connection-refused',
  // Something took the connection and threw it away at once.
  ECONNRESET: 'direct.no-answer',
};
