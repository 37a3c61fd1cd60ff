import { isIPv6 } from 'node:net';
import type { DirectTarget } from './direct-types.ts';

/** `host:port`, IPv6 in brackets. */
export function formatAddress({ host, port }: DirectTarget): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Dual-stack sockets show IPv4 as `::ffff:192.0.2.1`. */
export function plainHost(host: string): string {
  return host.startsWith('::ffff:') && host.includes('.') ? host.slice('::ffff:'.length) : host;
}

/** Returns the unit that limits count: an IPv4 address, or an IPv6 /64, since the holder of one address there has them all. */
export function addressGroup(host: string): string {
  if (!isIPv6(host)) return host;
  const [address = host] = host.split('%');
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array.from({ length: zeros }, () => '0'), ...back].slice(0, 4).join(':');
}
