import { ipFamily } from '../forward/index.ts';
import type { DirectTarget } from './types.ts';

/** Formats `host:port`, with brackets around an IPv6 address. Used for the addresses of direct and UDP paths. Pure. */
export function formatAddress({ host, port }: DirectTarget): string {
  return ipFamily(host.split('%')[0] ?? '') === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
