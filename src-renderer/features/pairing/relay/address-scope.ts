/** Machines that can reach an address: this one only, its local network, a private network across locations, everyone, or unknown for a name. */
export type AddressScope = 'here' | 'lan' | 'shared' | 'public' | 'name';

/** Derives from a relay's URL who can reach it. */
export function addressScope(url: string): AddressScope {
  const host = hostOf(url);
  if (host === undefined) return 'name';
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (four !== null) return scopeOfIpv4(Number(four[1]), Number(four[2]));
  if (host.includes(':')) return scopeOfIpv6(host.toLowerCase());
  if (host === 'localhost') return 'here';
  return host.endsWith('.local') ? 'lan' : 'name';
}

export function hostOf(url: string): string | undefined {
  try {
    return new URL(url.replace(/^ws/, 'http')).hostname.replaceAll(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
}

/** Returns the port that a router has to forward. */
export function portOf(url: string): string {
  try {
    return new URL(url.replace(/^ws/, 'http')).port || '443';
  } catch {
    return '';
  }
}

/** Converts the typed public address of this machine into a relay URL; undefined when it is invalid. */
export function outsideUrl(typed: string, port: string): string | undefined {
  const text = typed.trim();
  if (
    !/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(
      text,
    )
  )
    return undefined;
  const url = `wss://${/:\d+$/.test(text.replace(/^\[[^\]]*\]/, '')) ? text : `${text}:${port}`}`;
  return hostOf(url) === undefined ? undefined : url;
}

function scopeOfIpv4(first: number, second: number): AddressScope {
  if (first === 127) return 'here';
  if (first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168))
    return 'lan';
  // Carrier-grade NAT, or a VPN across locations (RFC 6598).
  if (first === 100 && second >= 64 && second <= 127) return 'shared';
  return 'public';
}

function scopeOfIpv6(host: string): AddressScope {
  if (host === '::1') return 'here';
  if (/^fe[89ab]/.test(host)) return 'lan';
  return /^f[cd]/.test(host) ? 'shared' : 'public';
}
