import { describe, expect, it } from 'vitest';
import type { PeerView } from '#shared/app-api/index.ts';
import { sameButMeasured } from '#renderer/features/machines/list/peer-equality.ts';
import { peerView } from '../peers/peer.ts';

const ASK = { decision: 'ask', expiresAt: null } as const;

describe('two views of a peer', () => {
  it('are the same when nothing that is drawn differs', () => {
    expect(sameButMeasured(peerView(), peerView())).toBe(true);
  });

  it('are the same when only what is measured all the time differs', () => {
    expect(sameButMeasured(peerView(), peerView({ rtt: 25 }))).toBe(true);
  });

  it.each([
    { name: 'attic' },
    { path: 'direct' },
    { online: false },
    { linked: false },
    { address: null },
    { lastSeenAt: 1 },
    { pathMode: 'relay-only' },
    { pathVia: [{ peerId: 'Z'.repeat(56), name: 'nas' }] },
    { link: { state: 'up', since: 1, retryAt: null, via: null, hops: [], why: 'trying', history: [] } },
    {
      rights: {
        terminal: { decision: 'allow', expiresAt: null },
        relay: ASK,
        forward: ASK,
        view: ASK,
        prompt: ASK,
        message: ASK,
        send: ASK,
        wake: ASK,
        files: ASK,
        introduce: ASK,
      },
    },
    {
      rights: {
        terminal: { decision: 'ask', expiresAt: 1 },
        relay: ASK,
        forward: ASK,
        view: ASK,
        prompt: ASK,
        message: ASK,
        send: ASK,
        wake: ASK,
        files: ASK,
        introduce: ASK,
      },
    },
    {
      rights: {
        terminal: ASK,
        relay: { decision: 'deny', expiresAt: null },
        forward: ASK,
        view: ASK,
        prompt: ASK,
        message: ASK,
        send: ASK,
        wake: ASK,
        files: ASK,
        introduce: ASK,
      },
    },
  ] satisfies readonly Partial<PeerView>[])('differ with %j', (given) => {
    expect(sameButMeasured(peerView(), peerView(given))).toBe(false);
  });
});
