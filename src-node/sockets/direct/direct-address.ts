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
