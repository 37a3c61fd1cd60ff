import { isIP } from 'node:net';
import { DialError } from '#shared/relay-dialer/index.ts';

/** Address of an HTTP proxy that opens tunnels (RFC 9110 section 9.3.6). */
export type ProxyAddress = Readonly<{
  /** Host name or address; IPv6 without brackets. */
  host: string;
  port: number;
  /** `http://host:port`, for display; without user and password. */
  url: string;
  user?: string;
  password?: string;
}>;

/** Longest accepted text, characters. */
const MOST = 300;
const HOST = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/;

/**
 * Parses `http://host:port` or `host:port`, both also with `user:password@`, from the network settings, an environment variable or the system's proxy
 * script. The default port is 80, as in other programs. Pure.
 * @throws {DialError} `relay.proxy-address` (details: reason)
 */
export function parseProxyAddress(text: string): ProxyAddress {
  const given = text.trim();
  // The text may contain a password: no part of it goes into the error.
  if (given.length === 0 || given.length > MOST || /[\s\p{Cc}\\]/u.test(given))
    throw invalid('it is not http://HOST:PORT');
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`);
  if (url === undefined) throw invalid('it is not http://HOST:PORT');
  if (url.protocol !== 'http:') throw invalid(`${url.protocol.slice(0, -1)} is not supported, only http`);
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '' || given.endsWith('?'))
    throw invalid('something follows the port');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0 && !HOST.test(host)) throw invalid('this is not a host name or address');
  const port = url.port === '' ? 80 : Number(url.port);
  if (port === 0) throw invalid('the port is not between 1 and 65535');
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (!isProxyUser(user)) throw invalid('the name of the user has a colon or something unseen in it');
  return {
    host,
    port,
    url: `http://${url.hostname}:${port}`,
    ...(user === '' ? {} : { user, password }),
  };
}

/** Reports whether a user name in the network settings is valid in RFC 7617 section 2: without a colon and control characters. Pure. */
export function isProxyUser(user: string): boolean {
  return !/[:\p{Cc}]/u.test(user);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid('user and password are not written as in an address (% as %25)');
  }
}

function invalid(reason: string): DialError {
  return new DialError('relay.proxy-address', `not the address of a proxy: ${reason}`, { details: { reason } });
}
