import type { DiscoveredDeviceView, DiscoveryView } from '#shared/app-api/index.ts';
import { EXAMPLE_PEER_ID } from './peers.ts';

/** Returns a machine that was found in the local network, for stories. */
export function exampleFound(id: string, given: Partial<DiscoveredDeviceView> = {}): DiscoveredDeviceView {
  return { id, address: '192.168.4.31:7473', name: null, peer: null, inviting: false, roundTrip: null, ...given };
}

/** Machines in the local network: one that shows a code, and one without a name. */
export const EXAMPLE_NEARBY: DiscoveryView = {
  enabled: true,
  showName: false,
  state: 'on',
  problem: null,
  networks: 1,
  announced: true,
  devices: [
    exampleFound('f1', { name: 'office', inviting: true, roundTrip: 2.1 }),
    exampleFound('f2', { address: '192.168.4.4:7473', roundTrip: 0.9 }),
  ],
};

/** The same with a paired machine, and with a long name. */
export const EXAMPLE_NEARBY_MIXED: DiscoveryView = {
  ...EXAMPLE_NEARBY,
  devices: [
    exampleFound('f1', { address: '192.168.4.20:7473', peer: { peerId: EXAMPLE_PEER_ID, name: 'office' } }),
    exampleFound('f2'),
    exampleFound('f3', { address: '192.168.4.35:7473', name: 'Werkstatt im Hinterhof, zweiter Rechner von links' }),
  ],
};
