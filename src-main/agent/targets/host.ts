import { ForwardError, formatIp, parseIp, parseLooseIpv4, type IpAddress } from '#shared/forward/index.ts';

/** A host as a peer asked for it, after everything that only changes how it is written. */
export type NormalizedHost =
  | Readonly<{ kind: 'address'; text: string; address: IpAddress }>
  /** Lower case, no dot at the end. */
  | Readonly<{ kind: 'name'; text: string }>;

const LONGEST_NAME = 253;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

export const LOOPBACK_4: IpAddress = { family: 4, value: 0x7f00_0001n };
export const LOOPBACK_6: IpAddress = { family: 6, value: 1n };

/**
 * Reads a host as the resolver of this machine would, so that what is checked is what would be reached: IPv4 in the forms of `inet_aton`,
 * IPv4 in IPv6, a dot at the end, upper case. What only a resolver could make sense of is refused.
 * @throws {ForwardError} `forward.protected` for zones, which only link-local addresses have; `forward.name`
 */
export function normalizeHost(host: string): NormalizedHost {
  if (host.includes('%')) throw new ForwardError('forward.protected', 'link-local addresses cannot be reached');
  if (host.includes(':')) {
    const address = parseIp(host);
    if (address === undefined) throw notAHost();
    return asAddress(address);
  }
  const name = (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase();
  const labels = name.split('.');
  // As in a URL (WHATWG, "ends in a number"): such a name is an address or nothing.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) {
    const address = parseLooseIpv4(name);
    if (address === undefined) throw notAHost();
    return asAddress(address);
  }
  if (name.length > LONGEST_NAME || !labels.every((label) => LABEL.test(label))) throw notAHost();
  return { kind: 'name', text: name };
}

/** RFC 6761 section 6.3: never looked up. */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** An unspecified address reaches this machine, as loopback does (RFC 1122, and what systems do). */
export function throughLoopback(address: IpAddress): IpAddress {
  if (address.value !== 0n) return address;
  return address.family === 4 ? LOOPBACK_4 : LOOPBACK_6;
}

export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function asAddress(address: IpAddress): NormalizedHost {
  return { kind: 'address', text: formatIp(address), address };
}

function notAHost(): ForwardError {
  return new ForwardError('forward.name', 'this is neither an address nor a name');
}
