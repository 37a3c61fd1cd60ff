import { errorMessage, systemCode } from '#shared/errors.ts';
import { DialError } from '#shared/relay-dialer/index.ts';

/** Parts of a relay's URL that an error names. */
type Dialed = Readonly<{ authority: string; tls: boolean }>;

/** Converts a system error of a socket to a DialError. */
export function dialErrorOf(error: unknown, endpoint: Dialed): DialError {
  const system = systemCode(error) ?? 'none';
  const code = DIAL_CODES[system] ?? (/^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(system) ? 'relay.tls' : fallback(endpoint));
  return new DialError(code, `${endpoint.authority}: ${errorMessage(error)}`, {
    cause: error,
    details: { authority: endpoint.authority, system },
  });
}

const DIAL_CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'relay.dns',
  EAI_AGAIN: 'relay.dns',
  EAI_NODATA: 'relay.dns',
  EAI_FAIL: 'relay.dns',
  ECONNREFUSED: 'relay.connection-refused',
  ETIMEDOUT: 'relay.unreachable',
  EHOSTUNREACH: 'relay.unreachable',
  ENETUNREACH: 'relay.unreachable',
};

/** Returns the code for a socket that broke without a known system error: with TLS, the other side probably doesn't speak TLS. */
function fallback(endpoint: Dialed): string {
  return endpoint.tls ? 'relay.tls' : 'relay.unreachable';
}
