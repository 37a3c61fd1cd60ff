import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { isLoopbackHost } from '#shared/forward/index.ts';

/** Addresses of private networks. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/**
 * Normalizes a client's address for the relay's limits and its STUN answers: IPv4 in an IPv6 socket becomes plain IPv4, and a zone (`%eth0`) is
 * dropped. Pure.
 */
export function normalizedAddress(address: string): string {
  const bare = address.split('%', 1)[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return (mapped?.[1] ?? bare).toLowerCase();
}

/** Reports whether a normalized address is loopback or private, where the relay owner's reverse proxy can run. Pure. */
export function isNearAddress(address: string): boolean {
  return isLoopbackHost(address) || isPrivate(address);
}

/** Names of headers by which proxies, load balancers and content networks show that they forwarded a request. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded|x-forwarded-.+|x-real-ip|x-real-port|x-client-ip|x-cluster-client-ip|x-original-.+|x-envoy-.+|x-proxy.*|x-arr-.+|x-azure-.+|x-amzn-.+|x-amz-cf-.+|client-ip|true-client-ip|fastly-client-ip|fly-client-ip|do-connecting-ip|cdn-loop|cf-.+|max-forwards|proxy-.+)$/;

/** Reports whether a header shows that a proxy forwarded the request. */
export function isForwarded(request: IncomingMessage): boolean {
  return Object.keys(request.headers).some((name) => FORWARDING.test(name));
}

/**
 * Reports whether a program of this machine made the request; the metrics route answers only these if there is no token. True for a loopback address,
 * with a single `Host` header that is a loopback address or `localhost` (a name used for DNS rebinding is neither), and without a header of a proxy.
 * HTTP/1.0 is rejected, since silent proxies use it. Reads the request only.
 */
export function isOwnMachine(request: IncomingMessage): boolean {
  const [host, ...more] = request.headersDistinct['host'] ?? [];
  return (
    isLoopbackHost(normalizedAddress(request.socket.remoteAddress ?? '')) &&
    host !== undefined &&
    more.length === 0 &&
    isLoopbackAuthority(host) &&
    request.httpVersion !== '1.0' &&
    !isForwarded(request)
  );
}

/** Reports whether a `Host` header is `localhost` or a loopback address (`[::1]`), with or without a port. */
function isLoopbackAuthority(host: string): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([0-9a-z.]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return isLoopbackHost((bracketed ?? plain ?? '').toLowerCase());
}

/**
 * Returns the client's address, under which `RelayServer` applies its limits. With `trustProxy` it believes a proxy on a near address, and only the
 * last entry of `X-Forwarded-For`, which that proxy wrote itself.
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const direct = normalizedAddress(request.socket.remoteAddress ?? '');
  if (!trustProxy || !isNearAddress(direct)) return direct;
  const header = request.headers['x-forwarded-for'];
  const list = Array.isArray(header) ? header.join(',') : (header ?? '');
  const last = normalizedAddress(list.split(',').at(-1)?.trim() ?? '');
  return isIPv4(last) || isIPv6(last) ? last : direct;
}

function isPrivate(address: string): boolean {
  if (isIPv4(address)) return PRIVATE.check(address, 'ipv4');
  return isIPv6(address) && PRIVATE.check(address, 'ipv6');
}
