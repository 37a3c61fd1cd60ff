import { isIP } from 'node:net';
import { hostText, type Target } from '#shared/forward/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Headers that apply to one hop and are never passed on (RFC 9110 section 7.6.1, and what old clients send to proxies). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names and values in turn, as Node delivers and takes them; order, spelling and repetitions are preserved. */
export type RawHeaders = readonly string[];

/**
 * Returns the headers that the HTTP proxy may pass on, without hop-by-hop ones, including those named by `Connection`. Pure, like all of this file.
 * @param alsoWithout further names to drop, in lower case
 */
export function endToEnd(headers: RawHeaders, alsoWithout: readonly string[] = []): string[] {
  const named = valuesOf(headers, 'connection').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  );
  const dropped = new Set([...HOP_BY_HOP, ...named, ...alsoWithout]);
  return pairs(headers)
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .flat();
}

/**
 * Returns all values of a header.
 * @param wanted name in lower case
 */
export function valuesOf(headers: RawHeaders, wanted: string): string[] {
  return pairs(headers)
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value);
}

/** Parses the target of CONNECT, `host:port` with an IPv6 address in brackets (RFC 9112 section 3.2.3); undefined for anything else. */
export function parseConnectTarget(text: string): Target | undefined {
  const [, v6, name, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  if (v6 !== undefined && isIP(v6) !== 6) return undefined;
  return targetOf(v6 ?? name ?? '', Number(digits));
}

/** Request to an HTTP proxy that names its target in absolute form. */
export type AbsoluteRequest = Readonly<{
  target: Target;
  /** Value for the `Host` header. */ authority: string;
  /** Path for the request line to the target. */ path: string;
}>;

/** Parses the target of a method other than CONNECT, `http://host:port/path` (RFC 9112 section 3.2.2); undefined for anything else. */
export function readAbsolute(text: string): AbsoluteRequest | undefined {
  // The path is passed on as it was sent, which a parser of URLs would not do.
  const [, authority = '', rest = ''] = /^https?:\/\/([^/?#]+)([^#]*)$/i.exec(text.replace(/^ws:/i, 'http:')) ?? [];
  if (text.slice(0, 6).toLowerCase() === 'https:') return undefined;
  // A user and password in the URL are not passed on to the target (RFC 9110 section 4.2.4).
  const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1);
  const target = parseConnectTarget(
    /:\d+$/.test(hostAndPort) && !hostAndPort.endsWith(']') ? hostAndPort : `${hostAndPort}:80`,
  );
  if (target === undefined) return undefined;
  return { target, authority: hostAndPort, path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Reads user and password from an `Authorization` value of scheme Basic (RFC 7617), as bytes; undefined if it is none. */
export function readBasic(value: string | undefined): Readonly<{ user: Uint8Array; password: Uint8Array }> | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]{1,2048})$/i.exec(value?.trim() ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(0x3a);
  return colon < 0 ? undefined : { user: bytes.subarray(0, colon), password: bytes.subarray(colon + 1) };
}

function targetOf(host: string, port: number): Target | undefined {
  return safeParse(hostText, host).success && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

function pairs(headers: RawHeaders): (readonly [string, string])[] {
  return headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : []));
}
