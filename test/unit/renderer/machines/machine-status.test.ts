import { expect, it } from 'vitest';
import { machineStatus } from '#renderer/features/machines/list/machine-status.ts';
import { peerView } from '../peers/peer.ts';

const AROUND = { isPaused: false, isRelayAway: false, now: 1_800_000_000_000 };

it.each([
  ['doubtful', 'no answer'],
  ['reconnecting', 'no answer'],
  ['up', undefined],
] as const)('the side bar says of a machine whose link is %s in place of the round trip: %s', (state, word) => {
  const link = { state, since: AROUND.now, retryAt: null, via: null, hops: [], why: null, history: [] };
  expect(machineStatus(peerView({ online: true, link }), AROUND).word).toBe(word);
});
