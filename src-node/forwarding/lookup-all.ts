import { lookup } from 'node:dns';

/**
 * Returns the addresses of a name as this machine's programs see them (hosts file, search domains, DNS), in the system's order. Used for hosts that
 * `connectTcp` dials, and by the agent for targets that peers request. Rejects with the system's error.
 */
export function lookupAll(name: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(name, { all: true, order: 'verbatim' }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses.map(({ address }) => address));
    });
  });
}
