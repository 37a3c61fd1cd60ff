import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const PRIVATE = new BlockList();
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** An IPv4 address that came over an IPv6 socket, in its own form; a zone (`%eth0`) is dropped. */
export function plainAddress(address: string): string {
  const bare = address.split('%', 1)[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  return (mapped?.[1] ?? bare).toLowerCase();
}

export function isLoopbackAddress(address: string): boolean {
  return inList(LOOPBACK, address);
}

/** Loopback or a private network: where a reverse proxy of one's own stands. */
export function isNearAddress(address: string): boolean {
  return inList(LOOPBACK, address) || inList(PRIVATE, address);
}

/**
 * Whom limits count: an IPv4 address, or the /64 of an IPv6 one, since a single customer has all of it.
 */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::', 2);
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: gap }, () => '0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** Headers by which proxies, load balancers and content networks say that they pass a request on. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded|x-forwarded-.+|x-real-ip|x-real-port|x-client-ip|x-cluster-client-ip|x-original-.+|x-envoy-.+|x-proxy.*|x-arr-.+|x-azure-.+|x-amzn-.+|x-amz-cf-.+|client-ip|true-client-ip|fastly-client-ip|fly-client-ip|do-connecting-ip|cdn-loop|cf-.+|max-forwards|proxy-.+)$/;

/** True when a header says that somebody in between passed the request on. */
export function isForwarded(request: IncomingMessage): boolean {
  return Object.keys(request.headers).some((name) => FORWARDING.test(name));
}

/**
 * True for a request that a program of this machine made to this machine: from a loopback address, to a loopback address or `localhost` in a single
 * `Host` header (a name that a page's owner points here, DNS rebinding, is another), and passed on by nobody that says so. HTTP/1.0 is what proxies
 * speak that say nothing.
 */
export function isOwnMachine(request: IncomingMessage): boolean {
  const [host, ...more] = request.headersDistinct['host'] ?? [];
  return (
    isLoopbackAddress(plainAddress(request.socket.remoteAddress ?? '')) &&
    host !== undefined &&
    more.length === 0 &&
    isLoopbackHost(host) &&
    request.httpVersion !== '1.0' &&
    !isForwarded(request)
  );
}

/** `localhost`, `127.0.0.1`, `[::1]`, with or without a port. */
function isLoopbackHost(host: string): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([0-9a-z.]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  return name === 'localhost' || isLoopbackAddress(plainAddress(name));
}

/**
 * The address of the client. With `trustProxy` a proxy on a near address is believed, and only in the last entry of `X-Forwarded-For`, which is the
 * one that it wrote itself.
 */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const direct = plainAddress(request.socket.remoteAddress ?? '');
  if (!trustProxy || !isNearAddress(direct)) return direct;
  const header = request.headers['x-forwarded-for'];
  const list = Array.isArray(header) ? header.join(',') : (header ?? '');
  const last = plainAddress(list.split(',').at(-1)?.trim() ?? '');
  return isIPv4(last) || isIPv6(last) ? last : direct;
}

function inList(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4');
  return isIPv6(address) && list.check(address, 'ipv6');
}
