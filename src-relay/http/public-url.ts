import { isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { isLoopbackHost } from '#shared/forward/index.ts';
import { RelayStartError } from '../errors.ts';
import { normalizedAddress } from './client-address.ts';

/** URL under which clients reach this relay, from `--public-url`. */
export type PublicUrl = Readonly<{ authority: string; tls: boolean; url: string }>;

/**
 * Parses a URL of `--public-url` for `startRelay`: `wss://host[:port]`, `ws://…`, or `https://` and `http://` with their default ports. Pure.
 * @throws {RelayStartError} `relay.public-url`
 */
export function parsePublicUrl(text: string): PublicUrl {
  const lower = text.trim().toLowerCase();
  const web = /^http(s?):\/\/([^/]*?)(:[0-9]+)?\/?$/.exec(lower);
  const form =
    web === null ? lower : `ws${web[1] ?? ''}://${web[2] ?? ''}${web[3] ?? (web[1] === 's' ? ':443' : ':80')}`;
  try {
    const endpoint = parseRelayUrl(form, { insecure: true });
    return { authority: endpoint.authority, tls: endpoint.tls, url: endpoint.url };
  } catch (error) {
    throw new RelayStartError('relay.public-url', `not a public URL: ${text}`, {
      cause: error,
      details: { url: text },
    });
  }
}

/**
 * Checks the relay name that a client signed in its hello. Needed only if TLS doesn't end in this process: then only the signed name shows that no
 * one forwarded this relay's challenge to a client of another relay. Reads the addresses of this machine.
 */
export class AuthorityCheck {
  readonly #publicUrls: readonly PublicUrl[];
  readonly #port: () => number;
  readonly #isInCertificate: (host: string) => boolean;

  /** @param isInCertificate reports whether the served certificate is for this host; default: for none */
  constructor(
    publicUrls: readonly PublicUrl[],
    port: () => number,
    isInCertificate: (host: string) => boolean = () => false,
  ) {
    this.#publicUrls = publicUrls;
    this.#port = port;
    this.#isInCertificate = isInCertificate;
  }

  /**
   * Reports whether a client may have dialed this relay under this name.
   * @param authority signed by the client, `host:port`
   * @param host `Host` header of the request
   * @param tlsPin pin that the client saw: only a proxy behind a public https URL can have shown one
   */
  accepts(authority: string, host: string, tlsPin: Uint8Array): boolean {
    if (!hostMatches(authority, host.toLowerCase())) return false;
    const named = this.#publicUrls.find((url) => url.authority === authority);
    if (named !== undefined) return named.tls || tlsPin.length === 0;
    if (tlsPin.length !== 0) return false;
    const split = splitAuthority(authority);
    if (split === undefined) return false;
    return isLoopbackHost(split.host) || (split.port === this.#port() && dialableAddresses().includes(split.host));
  }

  /**
   * Reports whether a web page may use this relay under this name: the page was loaded from it, the browser has dialed it, and it is a name of this
   * relay. A page of another site, or one that another relay serves, fails one of these.
   * @param authority signed by the browser, `host:port`
   * @param page headers `Host` and `Origin` of the request, which no page can choose
   */
  acceptsPage(authority: string, page: Readonly<{ host: string; origin: string | undefined }>): boolean {
    const host = page.host.toLowerCase();
    if (authorityOfOrigin(page.origin) !== authority || !hostMatches(authority, host)) return false;
    return this.accepts(authority, host, NO_PIN) || this.#isInCertificate(splitAuthority(authority)?.host ?? '');
  }

  /**
   * Reports whether a `Host` header is a name of this relay: of a public URL, of the certificate, or an address of this machine. A page under another name
   * could not use the relay (`acceptsPage`), and another site may have pointed its name here.
   */
  isOwnHost(header: string): boolean {
    const host = header.toLowerCase();
    if (this.#publicUrls.some(({ authority }) => hostMatches(authority, host))) return true;
    const name = splitAuthority(/:[0-9]+$/.test(host) ? host : `${host}:80`)?.host;
    if (name === undefined) return false;
    return isLoopbackHost(name) || dialableAddresses().includes(name) || this.#isInCertificate(name);
  }
}

const NO_PIN = new Uint8Array(0);

/**
 * Returns the `host:port` of a page's `Origin` header (RFC 6454 section 7), lower case, with the default port of its scheme. Undefined for anything
 * else: no header, `null`, several origins, and a page without TLS that isn't on this machine. Pure.
 */
export function authorityOfOrigin(origin: string | undefined): string | undefined {
  const match = /^(https|wss|http|ws):\/\/(\[[0-9a-f:.]+\]|[^:[\]/?#@,\s]+)(:[0-9]{1,5})?$/.exec(
    origin?.toLowerCase() ?? '',
  );
  const [, scheme = '', host, port] = match ?? [];
  if (host === undefined) return undefined;
  const isSecure = scheme === 'https' || scheme === 'wss';
  if (!isSecure && !isLoopbackHost(host.replace(/^\[|\]$/g, ''))) return undefined;
  return `${host}${port ?? (isSecure ? ':443' : ':80')}`;
}

/** Lists the addresses of this machine that other machines can dial, for the URLs of the relay: IPv4 first; without loopback and link-local ones. */
export function dialableAddresses(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => !entry.internal)
    .map((entry) => normalizedAddress(entry.address))
    .filter((address) => !address.startsWith('fe80:') && !address.startsWith('169.254.'));
  return [...addresses.filter((address) => isIPv4(address)), ...addresses.filter((address) => isIPv6(address))];
}

/** Reports whether a relay bound to `host` is reachable at every address of its machine. */
export function isWildcard(host: string | undefined): boolean {
  return host === undefined || host === '0.0.0.0' || host === '::';
}

/** Formats `host:port`, with brackets around an IPv6 address. */
export function joinAuthority(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Compares a signed authority, which always has a port, with a `Host` header, where browsers and libraries omit the default one. */
function hostMatches(authority: string, host: string): boolean {
  return host === authority || `${host}:443` === authority || `${host}:80` === authority;
}

function splitAuthority(authority: string): { host: string; port: number } | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+):([0-9]{1,5})$/.exec(authority);
  const [, bracketed, port] = match ?? [];
  if (bracketed === undefined || port === undefined) return undefined;
  return { host: bracketed.startsWith('[') ? bracketed.slice(1, -1) : bracketed, port: Number(port) };
}
