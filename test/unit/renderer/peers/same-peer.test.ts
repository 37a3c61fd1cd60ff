import { describe, expect, it } from 'vitest';
import { samePeer } from '#renderer/features/peers/same-peer.ts';
import { peerView } from './peer.ts';

describe('two views of a peer', () => {
  it('are the same when nothing that is drawn differs', () => {
    expect(samePeer(peerView(), peerView())).toBe(true);
  });

  it.each([
    { name: 'attic' },
    { path: 'direct' },
    { online: false },
    { linked: false },
    { rtt: 25 },
    { address: null },
    { lastSeenAt: 1 },
    { rights: { terminal: { decision: 'allow', expiresAt: null } } },
    { rights: { terminal: { decision: 'ask', expiresAt: 1 } } },
  ] as const)('differ with %j', (given) => {
    expect(samePeer(peerView(), peerView(given))).toBe(false);
  });
});
