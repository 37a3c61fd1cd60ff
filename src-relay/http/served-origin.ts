import type { IncomingMessage } from 'node:http';
import type { PublicUrl } from './public-url.ts';

/** Origins under which browsers load pages of this relay. */
export type ServedOrigin = Readonly<{
  /** Origins of `--public-url`, such as `https://relay.example`; the first one is for links. Empty if there is no such option. */
  public: readonly string[];
  /** Scheme of connections to this process. */
  scheme: 'http' | 'https';
}>;

/**
 * Returns the served origins. Pure.
 * @param tls true if TLS ends in this process
 */
export function servedOrigin(publicUrls: readonly PublicUrl[], tls: boolean): ServedOrigin {
  return { public: publicUrls.map((url) => originOf(url)), scheme: tls ? 'https' : 'http' };
}

/** Returns the origin of a public URL as browsers write it, without the default port. Pure. */
export function originOf({ authority, tls }: PublicUrl): string {
  return new URL(`${tls ? 'https' : 'http'}://${authority}`).origin;
}

/**
 * Reports whether a page of this relay made a request, from the headers that a browser sets and no page can change. `Sec-Fetch-Site` decides if the
 * browser sends it, which every current one does to https and loopback; otherwise `Origin` must equal a served origin. A request with neither is not
 * from a page of this relay. Pure.
 */
export function isSameOrigin(request: Pick<IncomingMessage, 'headersDistinct'>, served: ServedOrigin): boolean {
  const site = request.headersDistinct['sec-fetch-site'];
  if (site !== undefined) return site.length === 1 && site[0] === 'same-origin';
  return hasServedOrigin(request, served);
}

/**
 * Reports whether a page of this relay opened a WebSocket. Every browser sends `Origin` with it, and not every one sends `Sec-Fetch-Site`. Pure.
 */
export function isSameOriginSocket(request: Pick<IncomingMessage, 'headersDistinct'>, served: ServedOrigin): boolean {
  return hasServedOrigin(request, served);
}

/**
 * Compares `Origin` with the served origins. Without `--public-url` the served one follows from `Host`: a page whose name was pointed here passes, and
 * has no cookie of the relay's name to send.
 */
function hasServedOrigin({ headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>, served: ServedOrigin): boolean {
  const { origin, host } = headersDistinct;
  if (origin?.length !== 1) return false;
  if (served.public.length > 0) return served.public.includes(origin[0] ?? '');
  return host?.length === 1 && origin[0] === `${served.scheme}://${(host[0] ?? '').toLowerCase()}`;
}
