/**
 * Machines that can reach an address. `here`: this machine only. `lan`: its local network. `shared`: a private network across locations, such as a
 * VPN. `public`: everyone. `name`: unknown, because the address is a host name.
 */
export type AddressScope = 'here' | 'lan' | 'shared' | 'public' | 'name';

/** Returns who can reach the host of a relay's URL, for `RelayReachability`. Pure: no name is resolved. */
export function addressScope(url: string): AddressScope {
  const host = hostOf(url);
  if (host === undefined) return 'name';
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (four !== null) return scopeOfIpv4(Number(four[1]), Number(four[2]));
  if (host.includes(':')) return scopeOfIpv6(host.toLowerCase());
  if (host === 'localhost') return 'here';
  return host.endsWith('.local') ? 'lan' : 'name';
}

/** Returns the host name or address in a URL, without brackets; undefined for another text. */
export function hostOf(url: string): string | undefined {
  try {
    return new URL(url.replace(/^ws/, 'http')).hostname.replaceAll(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
}

/** Returns the port in a relay's URL, which a router has to forward; `443` if the URL has none, empty for another text. */
export function portOf(url: string): string {
  try {
    return new URL(url.replace(/^ws/, 'http')).port || '443';
  } catch {
    return '';
  }
}

/**
 * Converts the public address of this machine, as the person typed it, into a relay URL; undefined when it isn't a host.
 * @param port used when the text has none
 */
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
  if (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254)
  )
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
