import { isIPv4, isIPv6 } from 'node:net';
import type { RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { isLoopbackHost } from '#shared/forward/index.ts';
import { plainRelayError, type PlainRelayError } from '#shared/plain-relay/index.ts';

/** Parts of the URL of a plain relay, or of its functions. */
export type PlainEndpoint = RelayEndpoint &
  Readonly<{
    /** Path in front of `/connect` or of a function's name; empty, or begins with a slash and doesn't end with one. */
    path: string;
    /** Value of the HTTP header `Host`: without the scheme's own port. */
    header: string;
  }>;

/** Most characters of such a URL. */
const MOST_URL = 300;

/**
 * Parses the URL of a plain relay (`relay_url` of the documented protocol) or of its functions (`--api`). Unlike `parseRelayUrl`, a URL without a port
 * means port 443 or 80, and a path is kept. Pure.
 * @param options `insecure` allows a relay on another machine without TLS
 * @throws {PlainRelayError} `plain.url` (details: reason), `plain.insecure`
 */
export function parsePlainUrl(text: string, options: Readonly<{ insecure?: boolean }> = {}): PlainEndpoint {
  const url = parse(text.trim());
  const tls = url.protocol === 'wss:' || url.protocol === 'https:';
  if (!tls && url.protocol !== 'ws:' && url.protocol !== 'http:') throw invalid('expected wss:// or https://');
  if (url.username !== '' || url.password !== '') throw invalid('a user name and password have no meaning here');
  if (url.search !== '' || url.hash !== '') throw invalid('nothing may follow the path');
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  if (!isIPv4(host) && !isIPv6(host) && !/^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?$/.test(host))
    throw invalid('this is not a host name or address');
  const secure = tls || isLoopbackHost(host);
  if (!secure && options.insecure !== true)
    throw plainRelayError('plain.insecure', 'TLS is needed to other machines', { host });
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  if (port < 1) throw invalid('the port is not between 1 and 65535');
  const path = url.pathname.replace(/\/+$/, '');
  const authority = `${url.hostname}:${port}`;
  return {
    url: `${tls ? 'wss' : 'ws'}://${url.host}${path}`,
    tls,
    secure,
    host,
    port,
    authority,
    header: url.host,
    path,
  };
}

function parse(text: string): URL {
  if (text.length > MOST_URL) throw invalid('it is too long');
  try {
    return new URL(text);
  } catch {
    throw invalid('expected wss://host or https://host/functions/v1');
  }
}

function invalid(reason: string): PlainRelayError {
  return plainRelayError('plain.url', `not the address of a plain relay: ${reason}`, { reason });
}
