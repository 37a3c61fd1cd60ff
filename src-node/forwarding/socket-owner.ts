import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import type { UdpAddress } from './udp.ts';

/** User ID of a socket's owner; `unknown` if the system doesn't tell, `none` if there is no such socket or several users have one. */
export type SocketOwner = number | 'none' | 'unknown';

type Row = Readonly<{ address: string; port: number; farPort: number; uid: number }>;

/** IPv4 as part of IPv6 (RFC 4291 section 2.5.5.2), in the words of the kernel. */
const MAPPED = '0000000000000000FFFF0000';
/** More than this is no table of one machine. */
const MOST = 4 * 1024 * 1024;

/**
 * The owner of a socket of this machine that sends from there. Linux only; elsewhere nothing is known.
 * @param farPort what it is connected to, where it is
 */
export async function socketOwner(protocol: 'tcp' | 'udp', at: UdpAddress, farPort?: number): Promise<SocketOwner> {
  if (process.platform !== 'linux') return 'unknown';
  const tables = await Promise.all([readTable(protocol), readTable(`${protocol}6`)]);
  const texts = tables.filter((text) => text !== undefined);
  return texts.length === 0 ? 'unknown' : ownerIn(texts, at, farPort);
}

/**
 * Looks the owner up in tables of the kernel (`/proc/net/udp`). Sockets at that address take precedence over those at
 * all addresses.
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

/** As the kernel of a little-endian machine writes it. IPv6: loopback only, which is all that is asked for. */
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
