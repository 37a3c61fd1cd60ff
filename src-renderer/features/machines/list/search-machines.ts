import type { PeerView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { text } from '../../../locale/index.ts';

/** Finds the machines whose name, system or group contains every word of the query, or whose ID begins with the query in any grouping. */
export function searchMachines(machines: readonly PeerView[], query: string): readonly PeerView[] {
  const words = plainKey(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return machines;
  const id = words
    .join('')
    .replaceAll(/[-.:_]/gu, '')
    .toUpperCase();
  return machines.filter((machine) => {
    const found = plainKey(`${machine.name} ${systemName(machine) ?? ''} ${machine.group ?? ''}`);
    return words.every((word) => found.includes(word)) || (id !== '' && machine.peerId.startsWith(id));
  });
}

/** Names the operating system of a machine as the machine does, else its kind; undefined until the machine has reported it. Untrusted text. */
export function systemName({ system, facts }: PeerView): string | undefined {
  if (facts?.os !== undefined) return facts.os;
  return system === undefined ? undefined : text(`peers.system.${system}`);
}
