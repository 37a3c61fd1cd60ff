import { ipFamily, isLoopbackHost } from '../forward/index.ts';
import { DialError } from './errors.ts';

/** Port of a relay whose URL names none (PROTOCOL section 7). */
export const DEFAULT_RELAY_PORT = 7474;

/** Parts of a relay URL. */
export type RelayEndpoint = Readonly<{
  /** Canonical URL: lower case, with port. */
  url: string;
  /** True for `wss:`. */
  tls: boolean;
  /** True if no one on the network can read the traffic: with TLS, or on this machine. */
  secure: boolean;
  /** Host name or address; IPv6 without brackets. */
  host: string;
  port: number;
  /** `host:port` in lower case, IPv6 in brackets, as signed in the hello. */
  authority: string;
}>;

const FORM = /^(wss?):\/\/(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::([0-9]{1,5}))?\/?$/;
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Parses a relay URL strictly: scheme, host and an optional port, nothing else; names in ASCII form. Used by agent, commands and relay wherever they
 * read such a URL. Pure.
 * @param options `insecure` allows `ws:` to other machines
 * @throws {DialError} `relay.url` (details: reason), `relay.insecure-url`
 */
export function parseRelayUrl(text: string, options: Readonly<{ insecure?: boolean }> = {}): RelayEndpoint {
  const match = FORM.exec(text.trim().toLowerCase());
  const [, scheme, bracketed, portText] = match ?? [];
  if (scheme === undefined || bracketed === undefined) {
    throw invalid('this has another form');
  }
  const host = bracketed.startsWith('[') ? bracketed.slice(1, -1) : bracketed;
  if (bracketed.startsWith('[') ? ipFamily(host) !== 6 : !isHostName(host))
    throw invalid('this is not a host name or address');
  const port = portText === undefined ? DEFAULT_RELAY_PORT : Number(portText);
  if (port < 1 || port > 65_535) throw invalid('the port is not between 1 and 65535');
  const tls = scheme === 'wss';
  const secure = tls || isLoopbackHost(host);
  if (!secure && options.insecure !== true) {
    throw new DialError('relay.insecure-url', 'ws: is allowed to this machine only', { details: { host } });
  }
  const authority = `${bracketed}:${port}`;
  return { url: `${scheme}://${authority}`, tls, secure, host, port, authority };
}

/**
 * Reports whether a text is a host name or IPv4 address. Some resolvers read a name whose last label is a number as an address (WHATWG URL, host
 * parsing), so such names are rejected.
 */
function isHostName(host: string): boolean {
  if (ipFamily(host) === 4) return true;
  return NAME.test(host) && !/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(host);
}

function invalid(reason: string): DialError {
  return new DialError('relay.url', `not a relay URL: ${reason}`, { details: { reason } });
}
