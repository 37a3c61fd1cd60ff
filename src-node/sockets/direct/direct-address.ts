/** Returns an IPv4 address that a dual-stack socket shows as `::ffff:192.0.2.1` in its own form; other hosts unchanged. Pure. */
export function plainHost(host: string): string {
  return host.startsWith('::ffff:') && host.includes('.') ? host.slice('::ffff:'.length) : host;
}
