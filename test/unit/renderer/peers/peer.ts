import type { PeerView } from '#shared/app-api/index.ts';
import { plainPeer } from '#test/support/app-views.ts';

/** A peer that is online, through the relay. */
export function peerView(given: Partial<PeerView> = {}): PeerView {
  return plainPeer({
    peerId: 'C'.repeat(56),
    shortId: 'CCCCCCC',
    rtt: 24,
    address: 'relay.example.net:7474',
    safetyNumber: Array.from({ length: 12 }, () => '12345').join(' '),
    pairedAt: 1_800_000_000_000,
    ...given,
  });
}
