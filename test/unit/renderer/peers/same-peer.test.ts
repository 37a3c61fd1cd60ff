import { describe, expect, it } from 'vitest';
import type { PeerView } from '#shared/app-api/index.ts';
import { samePeer } from '#renderer/features/peers/same-peer.ts';
import { peerView } from './peer.ts';

const ASK = { decision: 'ask', expiresAt: null } as const;

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
    { pathMode: 'relay-only' },
    { pathVia: [{ peerId: 'Z'.repeat(56), name: 'nas' }] },
    { link: { state: 'up', since: 1, retryAt: null, via: null, hops: [], why: 'trying', history: [] } },
    { rights: { terminal: { decision: 'allow', expiresAt: null }, relay: ASK, forward: ASK, prompt: ASK } },
    { rights: { terminal: { decision: 'ask', expiresAt: 1 }, relay: ASK, forward: ASK, prompt: ASK } },
    { rights: { terminal: ASK, relay: { decision: 'deny', expiresAt: null }, forward: ASK, prompt: ASK } },
  ] satisfies readonly Partial<PeerView>[])('differ with %j', (given) => {
    expect(samePeer(peerView(), peerView(given))).toBe(false);
  });
});
