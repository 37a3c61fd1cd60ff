import { BlockList } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { LanInterface } from './types.ts';

/** Limit of interfaces used at the same time. */
const MOST = 8;

/** Names of interfaces without LAN peers: they lead into this machine (containers, virtual machines) or to one distant machine (tunnels). */
const OTHER =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|vEthernet|VMware|VirtualBox|bridge\d|tun|tap|wg|utun|ppp|tailscale|zt|ipsec|gif|stf|awdl|llw)/i;

/** Private networks of homes and offices (RFC 1918). In a public network the neighbors are strangers. */
const homes = new BlockList();
homes.addSubnet('10.0.0.0', 8, 'ipv4');
homes.addSubnet('172.16.0.0', 12, 'ipv4');
homes.addSubnet('192.168.0.0', 16, 'ipv4');

/**
 * Returns the interfaces of this machine on which LAN discovery announces and searches; empty if the system doesn't list any. Called by
 * `createLanSockets`.
 */
export function lanInterfaces(): readonly LanInterface[] {
  try {
    return findLanInterfaces(networkInterfaces());
  } catch {
    // Some sandboxes forbid the call.
    return [];
  }
}

/** Picks one address of each interface that leads into a private network, from the list of `os.networkInterfaces()`. Pure. */
export function findLanInterfaces(
  all: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly LanInterface[] {
  return Object.entries(all)
    .flatMap(([name, addresses = []]): LanInterface[] => {
      if (!leadsIntoLan(name)) return [];
      for (const { address, family, internal, cidr } of addresses) {
        if (family !== 'IPv4' || internal || !homes.check(address, 'ipv4')) continue;
        const prefix = Number(cidr?.split('/')[1]);
        if (prefix >= 8 && prefix <= 30) return [{ name, address, prefix }];
      }
      return [];
    })
    .slice(0, MOST);
}

/** Reports whether an interface leads to other machines of a local network, by its name. Pure. */
export function leadsIntoLan(name: string): boolean {
  return !OTHER.test(name);
}

/**
 * Reports whether an address is a neighbor on the interface's network: not the network's address, its broadcast address or this device's address. The
 * agent accepts LAN announcements from neighbors only. Pure.
 */
export function isNeighbour(
  address: string,
  { address: own, prefix }: Pick<LanInterface, 'address' | 'prefix'>,
): boolean {
  const [theirs, ours] = [ipv4Number(address), ipv4Number(own)];
  if (theirs === undefined || ours === undefined || theirs === ours) return false;
  const size = 2 ** (32 - prefix);
  const host = theirs % size;
  return theirs - host === ours - (ours % size) && host !== 0 && host !== size - 1;
}

/** Returns the broadcast address of an interface's network. Pure. */
export function broadcastAddress({ address, prefix }: Pick<LanInterface, 'address' | 'prefix'>): string {
  const size = 2 ** (32 - prefix);
  const own = ipv4Number(address) ?? 0;
  const last = own - (own % size) + size - 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}

function ipv4Number(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
