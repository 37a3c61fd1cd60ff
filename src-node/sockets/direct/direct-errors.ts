import { ClawReachError, errorMessage, systemCode } from '#shared/errors.ts';

/**
 * No direct connection to a peer. Codes: `direct.address` (nothing that may be dialled), `direct.connection-refused`, `direct.unreachable`,
 * `direct.timeout` (no TCP connection in time), `direct.no-answer` (something is there and does not answer as the peer would),
 * `direct.aborted`, `direct.listen` (this device cannot listen; details: system).
 */
export class DirectError extends ClawReachError {
  override readonly name = 'DirectError';
}

/** Names the trouble of a socket that did not come up, by the system's code. */
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
