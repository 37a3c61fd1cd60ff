import { ForwardError, formatIp, parseIp, parseLooseIpv4, type IpAddress } from '#shared/forward/index.ts';

/** Host that a peer requested, in normal form, so that the target policy compares equal hosts as equal. */
export type NormalizedHost =
  | Readonly<{ kind: 'address'; text: string; address: IpAddress }>
  /** Lower case, without a dot at the end. */
  | Readonly<{ kind: 'name'; text: string }>;

const LONGEST_NAME = 253;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Address 127.0.0.1. */
export const LOOPBACK_4: IpAddress = { family: 4, value: 0x7f00_0001n };
/** Address ::1. */
export const LOOPBACK_6: IpAddress = { family: 6, value: 1n };

/**
 * Normalizes a host as this machine's resolver would read it, so that the host that is checked is the one that is reached: IPv4 in the forms of
 * `inet_aton`, IPv4 in IPv6, a dot at the end, upper case. Rejects hosts that are neither an address nor a valid name. Pure, like all of this file.
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

/** Reports whether a name means loopback; such names are never looked up (RFC 6761 section 6.3). */
export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Replaces an unspecified address by loopback: systems connect to this machine for both (RFC 1122). */
export function throughLoopback(address: IpAddress): IpAddress {
  if (address.value !== 0n) return address;
  return address.family === 4 ? LOOPBACK_4 : LOOPBACK_6;
}

/** Formats `host:port`, with an IPv6 address in brackets. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function asAddress(address: IpAddress): NormalizedHost {
  return { kind: 'address', text: formatIp(address), address };
}

function notAHost(): ForwardError {
  return new ForwardError('forward.name', 'this is neither an address nor a name');
}
