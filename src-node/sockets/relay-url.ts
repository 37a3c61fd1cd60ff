import { isIPv4, isIPv6 } from 'node:net';
import { DialError } from './errors.ts';

/** Port of a relay whose URL has none (PROTOCOL section 7). */
export const DEFAULT_RELAY_PORT = 7474;

/** A relay URL, taken apart. */
export type RelayEndpoint = Readonly<{
  /** Canonical: lower case, port always given. */
  url: string;
  tls: boolean;
  /** True if no one on the network can read the traffic: TLS, or this machine. */
  secure: boolean;
  /** As given to a resolver: IPv6 without brackets. */
  host: string;
  port: number;
  /** `host:port`, lower case, IPv6 in brackets: what the hello signs. */
  authority: string;
}>;

const FORM = /^(wss?):\/\/(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::([0-9]{1,5}))?\/?$/;
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Parses a relay URL strictly: scheme, host and an optional port, nothing else; names in their ASCII form.
 * @param options `insecure` allows `ws:` to other machines
 * @throws {DialError} `relay.url` (details: reason), `relay.insecure-url`
 */
export function parseRelayUrl(text: string, options: Readonly<{ insecure?: boolean }> = {}): RelayEndpoint {
  const match = FORM.exec(text.trim().toLowerCase());
  const [, scheme, bracketed, portText] = match ?? [];
  if (scheme === undefined || bracketed === undefined) {
    throw invalid('expected wss://host or wss://host:port');
  }
  const host = bracketed.startsWith('[') ? bracketed.slice(1, -1) : bracketed;
  if (bracketed.startsWith('[') ? !isIPv6(host) : !isHostName(host))
    throw invalid('this is not a host name or address');
  const port = portText === undefined ? DEFAULT_RELAY_PORT : Number(portText);
  if (port < 1 || port > 65_535) throw invalid('the port is not between 1 and 65535');
  const tls = scheme === 'wss';
  const secure = tls || isLoopbackRelayHost(host);
  if (!secure && options.insecure !== true) {
    throw new DialError('relay.insecure-url', 'ws: is allowed to this machine only', { details: { host } });
  }
  const authority = `${bracketed}:${port}`;
  return { url: `${scheme}://${authority}`, tls, secure, host, port, authority };
}

/** Returns true for a host whose traffic never leaves the machine. Not for names below `.localhost`: some resolvers ask the network for them. */
export function isLoopbackRelayHost(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  if (isIPv6(host)) return /^(?:0{0,4}:){1,7}(?:0{0,3}1)$/.test(host);
  return host === 'localhost';
}

/** A name whose last label is a number would be read as an address by some resolvers (WHATWG URL, host parsing): only a true IPv4 may. */
function isHostName(host: string): boolean {
  if (isIPv4(host)) return true;
  return NAME.test(host) && !/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(host);
}

function invalid(reason: string): DialError {
  return new DialError('relay.url', `not a relay URL: ${reason}`, { details: { reason } });
}
