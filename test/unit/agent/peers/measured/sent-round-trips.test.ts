import { expect, it } from 'vitest';
import { SentRoundTrips } from '../../../../../src-main/agent/peers/measured/sent-round-trips.ts';
import { createPeerHandlers } from '../../../../../src-main/agent/peers/handlers.ts';

it('a round trip is old where it looks different from the one that was sent', () => {
  const sent = new SentRoundTrips();
  const at = (rtt: number | null) => [{ peerId: 'P', rtt }];
  expect(sent.isOld(at(57))).toBe(true);
  sent.record(at(57.2));
  expect(sent.isOld(at(56.8))).toBe(false);
  expect(sent.isOld(at(1.5))).toBe(true);
  expect(sent.isOld(at(null))).toBe(true);
  sent.record(at(null));
  expect(sent.isOld(at(null))).toBe(false);
});

it('who reads a measured round trip has it sent to the others', async () => {
  let announced = 0;
  type Parts = Parameters<typeof createPeerHandlers>[0];
  const handlers = createPeerHandlers({
    peers: { list: () => [], find: () => ({}) },
    view: () => ({}),
    prepareViews: async () => undefined,
    announceRoundTrips: () => void (announced += 1),
  } as unknown as Parts);
  const call = { signal: new AbortController().signal } as never;
  await handlers['peers.get']({ peer: 'P' }, call);
  await handlers['peers.list']({ measure: true }, call);
  expect(announced).toBe(2);
});
