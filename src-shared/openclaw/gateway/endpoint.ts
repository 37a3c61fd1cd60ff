import type { GatewayEndpoint } from '../../app-api/index.ts';
import { formatIp, parseIp, parseLooseIpv4 } from '../../forward/index.ts';
import { gatewayError } from './errors.ts';
import { isLocalGatewayHost, isPlaintextAllowed } from './private-network.ts';

/** Port of a gateway if neither a port nor a scheme is given. */
export const DEFAULT_GATEWAY_PORT = 18_789;

/** Maximum length of a text that is parsed, characters. */
const LONGEST = 1024;
const LONGEST_PATH = 256;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const ZONE = /^[0-9a-zA-Z_.-]{1,32}$/;

type Field = 'address' | 'host' | 'port' | 'path';

/**
 * Parses the address of a gateway as people write it: `host`, `host:port`, `[address]:port`, or a URL with `wss:`, `https:`, `ws:` or `http:`.
 * Without a scheme the result has TLS and port 18789; with one, the scheme's default port. Used by the window, the command line and the agent. Pure,
 * like this whole file.
 * @throws {GatewayError} `gateway.endpoint-invalid` (details: field, reason)
 */
export function parseEndpoint(text: string): GatewayEndpoint {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST) throw invalid('address', 'it is too long');
  const [, scheme, rest = trimmed] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/isu.exec(trimmed) ?? [];
  const tls = scheme === undefined ? true : schemeTls(scheme.toLowerCase());
  const [, authority = '', tail = ''] = /^([^/?#]*)(.*)$/su.exec(rest) ?? [];
  if (authority.includes('@')) throw invalid('address', 'a name or a password does not belong before the host');
  const [host, port] = splitAuthority(authority);
  const usual = scheme === undefined ? DEFAULT_GATEWAY_PORT : tls ? 443 : 80;
  return {
    host: parseGatewayHost(host),
    port: port === undefined ? usual : parseGatewayPort(port),
    tls,
    path: readPath(tail),
  };
}

/**
 * Parses the host typed into its own field: an IP address (IPv6 with or without brackets), or a name.
 * @returns lower case, names in ASCII, addresses in their shortest form
 * @throws {GatewayError} `gateway.endpoint-invalid`
 */
export function parseGatewayHost(text: string): string {
  const host = text.trim();
  if (host === '') throw invalid('host', 'it is empty');
  if (host.length > 253) throw invalid('host', 'it is too long');
  const bare = /^\[(.*)\]$/u.exec(host)?.[1] ?? host;
  const [literal = '', zone] = bare.split(/%(?:25)?/u, 2);
  const address = parseIp(literal);
  if (address !== undefined && (address.family === 6 || bare === host)) {
    if (zone === undefined) return formatIp(address);
    if (address.family !== 6 || !ZONE.test(zone)) throw invalid('host', 'what follows “%” is no network interface');
    return `${formatIp(address)}%${zone}`;
  }
  if (bare !== host) throw invalid('host', 'between brackets there has to be an IPv6 address');
  if (host.includes(':')) throw invalid('host', 'it is no IPv6 address, and a port does not belong here');
  // 127.1 and 0x7f000001 mean addresses to a resolver: what is shown has to be what is dialed.
  if (parseLooseIpv4(host) !== undefined || /(?:^|\.)\d+$/.test(host)) throw invalid('host', 'it is no IPv4 address');
  return readName(host);
}

/** Parses the port typed into its own field. @throws {GatewayError} `gateway.endpoint-invalid` */
export function parseGatewayPort(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw invalid('port', 'it has to be a number from 1 to 65535');
  return port;
}

/** Parses the path typed into its own field; empty for none. @throws {GatewayError} `gateway.endpoint-invalid` */
export function readPath(text: string): string {
  const path = text.trim();
  if (path === '') return '/';
  if (path.length > LONGEST_PATH) throw invalid('path', 'it is too long');
  if (/[?#]/.test(path)) throw invalid('path', 'neither “?” nor “#” may stand in it');
  if (!/^\/[\u0021-\u007e]*$/.test(path)) {
    throw invalid('path', 'it has to begin with “/”, without spaces and with ASCII characters only');
  }
  return path;
}

/** Returns the host and port as in a URL or a `Host:` header; omits the scheme's default port. */
export function endpointAuthority({ host, port, tls }: GatewayEndpoint): string {
  const [literal = host] = host.split('%', 1);
  const name = literal.includes(':') ? `[${literal}]` : literal;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}

/** Returns the URL, such as `wss://gateway.example:18789/`. `parseEndpoint` parses it back, except for the zone of a link-local address. */
export function endpointUrl(endpoint: GatewayEndpoint): string {
  return `${endpoint.tls ? 'wss' : 'ws'}://${endpointAuthority(endpoint)}${endpoint.path}`;
}

/** Reports whether two endpoints are the same. Saved secrets are sent only to the endpoint for which they were saved. */
export function sameEndpoint(a: GatewayEndpoint, b: GatewayEndpoint): boolean {
  return a.host === b.host && a.port === b.port && a.tls === b.tls && a.path === b.path;
}

/**
 * Rejects endpoints to which this device may not connect: those without TLS outside private networks, or without TLS but with a fingerprint.
 * @throws {GatewayError} `gateway.plain-refused` (details: host), `gateway.fingerprint-plain`
 */
export function checkEndpoint({ host, tls }: GatewayEndpoint, fingerprint: string | null): void {
  if (tls) return;
  if (fingerprint !== null) throw gatewayError('gateway.fingerprint-plain', 'a fingerprint without TLS');
  if (!isPlaintextAllowed(host))
    throw gatewayError('gateway.plain-refused', `${host} is not in a private network`, { host });
}

/** Reports whether others in the network could read the traffic, because the gateway is on another machine and there is no TLS. */
export function isReadableInTransit({ host, tls }: Pick<GatewayEndpoint, 'host' | 'tls'>): boolean {
  return !tls && !isLocalGatewayHost(host);
}

function schemeTls(scheme: string): boolean {
  if (scheme === 'wss' || scheme === 'https') return true;
  if (scheme === 'ws' || scheme === 'http') return false;
  throw invalid('address', 'it has to begin with wss://, or with the host');
}

function splitAuthority(authority: string): readonly [host: string, port: string | undefined] {
  // An IPv6 address without brackets is one as a whole.
  if (parseIp(authority.replace(/%.*$/u, '')) !== undefined) return [authority, undefined];
  const [, bracketed, port] = /^(\[[^\]]*\])(?::(.*))?$/su.exec(authority) ?? [];
  if (bracketed !== undefined) return [bracketed, port];
  const colon = authority.indexOf(':');
  return colon === -1 ? [authority, undefined] : [authority.slice(0, colon), authority.slice(colon + 1)];
}

function readName(host: string): string {
  const name = /^[\u0021-\u007e]*$/.test(host) ? host.toLowerCase() : toAscii(host);
  const labels = name.replace(/\.$/, '').split('.');
  if (name.length > 253 || !labels.every((label) => LABEL.test(label)))
    throw invalid('host', 'it is no name of a host');
  return labels.join('.');
}

/** Converts a host name to ASCII (IDNA), by the same rules as a browser. */
function toAscii(host: string): string {
  if (/[\s/?#@:%\\[\]]/u.test(host)) throw invalid('host', 'it is no name of a host');
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    throw invalid('host', 'it is no name of a host');
  }
}

function invalid(field: Field, reason: string): Error {
  return gatewayError('gateway.endpoint-invalid', `${field}: ${reason}`, { field, reason });
}
