import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import type { UdpAddress } from './udp.ts';

/** User ID of a socket's owner; `unknown` if the system doesn't report owners, `none` if there is no such socket or several users have one. */
export type SocketOwner = number | 'none' | 'unknown';

type Row = Readonly<{ address: string; port: number; farPort: number; uid: number }>;

/** Prefix of an IPv4 address written as IPv6 (RFC 4291 section 2.5.5.2), in the kernel's notation. */
const MAPPED = '0000000000000000FFFF0000';
/** Limit of characters read from one table. */
const MOST = 4 * 1024 * 1024;

/**
 * Returns the owner of a socket of this machine. The SOCKS proxy uses it to accept UDP only from the user whose TCP connection opened the
 * association. Reads `/proc/net`; on systems other than Linux the result is `unknown`.
 * @param at local address of the socket
 * @param farPort port at the socket's other end, if it is connected
 */
export async function socketOwner(protocol: 'tcp' | 'udp', at: UdpAddress, farPort?: number): Promise<SocketOwner> {
  if (process.platform !== 'linux') return 'unknown';
  const tables = await Promise.all([readTable(protocol), readTable(`${protocol}6`)]);
  const texts = tables.filter((text) => text !== undefined);
  return texts.length === 0 ? 'unknown' : ownerIn(texts, at, farPort);
}

/**
 * Finds the owner in the text of the kernel's tables, such as `/proc/net/udp`. Sockets at that address take precedence over those at all addresses.
 * Pure.
 */
export function ownerIn(tables: readonly string[], at: UdpAddress, farPort?: number): SocketOwner {
  const rows = tables
    .flatMap(readRows)
    .filter((row) => row.port === at.port && (farPort === undefined || row.farPort === farPort));
  const exact = rows.filter(({ address }) => address === kernelAddress(at.address));
  const owners = new Set((exact.length > 0 ? exact : rows.filter(isEverywhere)).map(({ uid }) => uid));
  const [owner] = owners;
  return owner !== undefined && owners.size === 1 ? owner : 'none';
}

function readRows(text: string): readonly Row[] {
  return text
    .slice(0, MOST)
    .split('\n')
    .flatMap((line): readonly Row[] => {
      const [, near = '', far = '', , , , , uid = ''] = line.trim().split(/\s+/);
      const [, address, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(near) ?? [];
      if (address === undefined || port === undefined || !/^\d+$/.test(uid)) return [];
      const plain = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
      const farPort = Number.parseInt(far.slice(far.indexOf(':') + 1), 16);
      return [{ address: plain, port: Number.parseInt(port, 16), farPort, uid: Number(uid) }];
    });
}

function isEverywhere({ address }: Row): boolean {
  return /^0+$/.test(address);
}

/**
 * Returns an address as the kernel of a little-endian machine writes it. Of IPv6 only the loopback address is supported, since callers ask for no
 * other.
 */
function kernelAddress(address: string): string {
  if (!isIPv4(address)) return address === '::1' ? '00000000000000000000000001000000' : address;
  return address
    .split('.')
    .toReversed()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}

async function readTable(name: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/net/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}
