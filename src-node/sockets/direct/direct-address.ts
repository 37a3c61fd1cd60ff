import { isIPv6 } from 'node:net';
import type { DirectTarget } from './direct-types.ts';

/** Formats `host:port`, with brackets around an IPv6 address. Used for the addresses of direct and UDP paths. Pure. */
export function formatAddress({ host, port }: DirectTarget): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Returns an IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` in its own form; other hosts unchanged. Pure. */
export function plainHost(host: string): string {
  return host.startsWith('::ffff:') && host.includes('.') ? host.slice('::ffff:'.length) : host;
}
