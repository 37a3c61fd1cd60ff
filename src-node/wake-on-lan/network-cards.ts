import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { isCardAddress, MOST_CARDS } from '#shared/wake-on-lan/index.ts';
import { leadsIntoLan } from '../discovery/index.ts';

/** Returns the MAC addresses of this machine's network cards that lead into a local network; empty if the system lists none. */
export function networkCards(): readonly string[] {
  try {
    return findNetworkCards(networkInterfaces());
  } catch {
    // Some sandboxes forbid the call.
    return [];
  }
}

/** Picks the MAC addresses, at most 4 and each once, from the list of `os.networkInterfaces()`. Cards with an IPv4 address come first. Pure. */
export function findNetworkCards(
  all: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  const addresses = Object.entries(all).flatMap(([name, of = []]) =>
    of.filter(({ internal }) => !internal && leadsIntoLan(name)),
  );
  const ranked = addresses.toSorted((one, other) => one.family.localeCompare(other.family));
  const cards = ranked.map(({ mac }) => mac.toLowerCase()).filter(isCardAddress);
  return [...new Set(cards)].slice(0, MOST_CARDS);
}
