import { DirectError } from '#shared/direct/index.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';

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
