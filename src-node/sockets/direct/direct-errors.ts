import { ClawReachError, errorMessage, systemCode } from '#shared/errors.ts';

/**
 * Failure of a direct connection. Codes: `direct.address` (must not be dialed), `direct.connection-refused`, `direct.unreachable`, `direct.timeout`
 * (no TCP connection in time), `direct.no-answer` (the answer is not a peer's), `direct.aborted`, `direct.listen` (this device cannot listen;
 * details: system).
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
  // The other side accepted the connection and dropped it at once.
  ECONNRESET: 'direct.no-answer',
};
