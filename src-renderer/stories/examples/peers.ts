import type { PeerView } from '#shared/app-api/index.ts';

/** Peer ID of the machine `office`. */
export const EXAMPLE_PEER_ID = 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ';

/** Returns a distinct, valid-looking ID for each number from 0 to 31. */
export function examplePeerId(number: number): string {
  const digit = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(number % 32);
  return `${digit}${EXAMPLE_PEER_ID.slice(1)}`;
}

export function examplePeer(given: Partial<PeerView> = {}): PeerView {
  return {
    peerId: examplePeerId(12),
    name: 'office',
    system: 'linux',
    shortId: 'CR5K8ZT2',
    path: 'relay',
    online: true,
    linked: true,
    rtt: 24,
    address: 'relay.example.net:7474',
    link: null,
    pathMode: 'auto',
    pathVia: [],
    own: false,
    safetyNumber: '30112 84471 90365 22718 66540 11983 75026 48890 31257 90044 18823 56619',
    rights: {
      terminal: { decision: 'ask', expiresAt: null },
      relay: { decision: 'ask', expiresAt: null },
      forward: { decision: 'ask', expiresAt: null },
      view: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
      message: { decision: 'ask', expiresAt: null },
      send: { decision: 'ask', expiresAt: null },
      wake: { decision: 'ask', expiresAt: null },
      files: { decision: 'deny', expiresAt: null },
      introduce: { decision: 'ask', expiresAt: null },
    },
    pairedAt: 1_794_000_000_000,
    lastSeenAt: 1_795_000_000_000,
    ...given,
  };
}

export const EXAMPLE_PEERS: readonly PeerView[] = [
  examplePeer(),
  examplePeer({
    peerId: examplePeerId(3),
    name: 'build-server',
    shortId: '3R5K8ZT2',
    path: 'direct',
    atRelay: true,
    rtt: 3.2,
    address: '192.168.4.20:41712',
    rights: {
      terminal: { decision: 'allow', expiresAt: null },
      relay: { decision: 'ask', expiresAt: null },
      forward: { decision: 'ask', expiresAt: null },
      view: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
      message: { decision: 'ask', expiresAt: null },
      send: { decision: 'ask', expiresAt: null },
      wake: { decision: 'ask', expiresAt: null },
      files: { decision: 'deny', expiresAt: null },
      introduce: { decision: 'ask', expiresAt: null },
    },
  }),
  examplePeer({
    peerId: examplePeerId(7),
    name: 'attic-nas',
    shortId: '7R5K8ZT2',
    path: 'offline',
    online: false,
    linked: false,
    rtt: null,
    address: null,
    rights: {
      terminal: { decision: 'deny', expiresAt: null },
      relay: { decision: 'ask', expiresAt: null },
      forward: { decision: 'ask', expiresAt: null },
      view: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
      message: { decision: 'ask', expiresAt: null },
      send: { decision: 'ask', expiresAt: null },
      wake: { decision: 'ask', expiresAt: null },
      files: { decision: 'deny', expiresAt: null },
      introduce: { decision: 'ask', expiresAt: null },
    },
  }),
];
