import type { PeerView } from '#shared/app-api/index.ts';

/** A peer that is online, through the relay. */
export function peerView(given: Partial<PeerView> = {}): PeerView {
  return {
    peerId: 'C'.repeat(56),
    name: 'office',
    shortId: 'CCCCCCC',
    path: 'relay',
    online: true,
    linked: true,
    rtt: 24,
    address: 'relay.example.net:7474',
    link: null,
    pathMode: 'auto',
    pathVia: [],
    own: false,
    safetyNumber: Array.from({ length: 12 }, () => '12345').join(' '),
    rights: {
      terminal: { decision: 'ask', expiresAt: null },
      relay: { decision: 'ask', expiresAt: null },
      forward: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
    },
    pairedAt: 1_800_000_000_000,
    lastSeenAt: null,
    ...given,
  };
}
