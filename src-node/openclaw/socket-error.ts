import type { GatewayEndpoint } from '#shared/app-api/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { gatewayError, type GatewayCode, type GatewayError } from '#shared/openclaw/gateway/index.ts';

const BY_SYSTEM: Readonly<Record<string, GatewayCode>> = {
  ECONNREFUSED: 'gateway.refused',
  ENOTFOUND: 'gateway.name',
  EAI_AGAIN: 'gateway.name',
  EAI_NODATA: 'gateway.name',
  EAI_NONAME: 'gateway.name',
  EAI_FAIL: 'gateway.name',
  ETIMEDOUT: 'gateway.timeout',
  EHOSTUNREACH: 'gateway.unreachable',
  ENETUNREACH: 'gateway.unreachable',
  EHOSTDOWN: 'gateway.unreachable',
  ENETDOWN: 'gateway.unreachable',
  EADDRNOTAVAIL: 'gateway.unreachable',
  EACCES: 'gateway.unreachable',
  EPERM: 'gateway.unreachable',
};

/** Errors of OpenSSL and BoringSSL for an answer that isn't TLS. */
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|HTTPS_PROXY_REQUEST/;

/**
 * Converts an error while a gateway is dialed, while a WebSocket to it is opened, or while a setup code is fetched, to a GatewayError (details: host,
 * port). Pure.
 */
export function socketError(error: unknown, { host, port, tls }: GatewayEndpoint): GatewayError {
  const system = systemCode(error) ?? '';
  const where = { host, port };
  const known = BY_SYSTEM[system];
  if (known !== undefined) return gatewayError(known, `${host}: ${errorMessage(error)}`, where, error);
  // A TLS port answers plain HTTP with an alert or closes the connection.
  const plain = tls ? NOT_TLS.test(`${system} ${errorMessage(error)}`) : true;
  if (plain) return gatewayError('gateway.plain-port', `${host}: ${errorMessage(error)}`, { ...where, tls }, error);
  const reason = cleanDetail(system === '' ? errorMessage(error) : system, 128);
  return gatewayError('gateway.tls', `${host}: ${errorMessage(error)}`, { ...where, reason }, error);
}
