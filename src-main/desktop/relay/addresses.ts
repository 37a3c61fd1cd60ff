import type { NetworkInterfaceInfo } from 'node:os';

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Returns addresses under which others in the network may reach this machine, IPv4 first. Leaves out link-local ones,
 * which need a zone and don't work in a URL. Used for the addresses that
 * `HostedRelayService` reports. Pure.
 */
export function reachableAddresses(interfaces: Interfaces): readonly string[] {
  const all = Object.values(interfaces).flatMap((infos) => infos ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !/^(?:fe80:|169\.254\.)/i.test(address));
  const of = (family: string): string[] =>
    usable.filter((info) => info.family === family).map(({ address }) => address);
  return [...new Set([...of('IPv4'), ...of('IPv6')])];
}

/** Returns the URL of a relay at this address, with an IPv6 address in brackets. Pure. */
export function relayUrl(address: string, port: number): string {
  return `wss://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
