import type { PeerId } from '#shared/identity/index.ts';
import { shortPeerId } from '#shared/identity/index.ts';

/** What a person is asked about when a peer wants to pass through this device. @param name of the peer it wants to reach; undefined for a stranger */
export function describeRelay(to: PeerId, name: string | undefined): string {
  return `pass through this device to ${name ?? shortPeerId(to)}`;
}
