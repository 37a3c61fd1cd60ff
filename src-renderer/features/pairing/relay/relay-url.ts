import { isLoopbackHost } from '#shared/forward/index.ts';
import { DEFAULT_RELAY_PORT } from '#shared/relay-dialer/index.ts';

/** Typed address of a relay, classified with each key for `RelayForm`. The agent validates the address again. */
export type TypedRelayUrl =
  | Readonly<{ kind: 'empty' }>
  /** Not an address: not a URL or host at all, or with an invalid host or port. */
  | Readonly<{ kind: 'invalid'; reason: 'form' | 'host' | 'port' }>
  | Readonly<{
      kind: 'relay';
      /** Complete URL with its scheme, `wss:` or `ws:`, and its port. */
      url: string;
      host: string;
      /** True for an address without TLS that isn't this machine itself: others could read the traffic. */
      insecure: boolean;
    }>;

const FORM = /^(wss?):\/\/(\[[0-9a-f:.]{2,45}\]|[^/:?#@\s]{1,253})(?::([0-9]{1,5}))?\/?$/;
const NAME = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;

/** Classifies a typed relay address. A bare host, `host:port` or the address of a web page becomes a `wss:` URL. Pure. */
export function readRelayUrl(text: string): TypedRelayUrl {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return { kind: 'empty' };
  const complete = completeUrl(trimmed);
  const [, scheme, host, port] = FORM.exec(complete) ?? [];
  if (scheme === undefined || host === undefined) return { kind: 'invalid', reason: 'form' };
  if (!isHost(host)) return { kind: 'invalid', reason: 'host' };
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return { kind: 'invalid', reason: 'port' };
  return {
    kind: 'relay',
    url: `${scheme}://${host}:${port ?? DEFAULT_RELAY_PORT}`,
    host,
    insecure: scheme === 'ws' && !isLoopbackHost(host.replace(/^\[(.*)\]$/, '$1')),
  };
}

function completeUrl(text: string): string {
  if (text.startsWith('https://')) return text.replace('https', 'wss');
  return text.includes('://') ? text : `wss://${text}`;
}

/**
 * Reports whether a host name or address is valid. A name whose last label is a number is rejected unless it is a valid IPv4 address, because some
 * parsers read such a name as an address.
 */
function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIPv6(host);
  if (IPV4.test(host)) return true;
  return NAME.test(host) && !/(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/.test(host);
}

function isIPv6(bracketed: string): boolean {
  return URL.canParse(`http://${bracketed}/`);
}
