import { expect, it } from 'vitest';
import { mayTakeRelay } from '#agent/network/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

const MIDDLE = 'M' as PeerId;

it('a peer at the relay is no sign of a way to it where its link goes through others, or directly only', () => {
  expect(mayTakeRelay({})).toBe(true);
  expect(mayTakeRelay({ pathMode: 'relay-only', via: [] })).toBe(true);
  expect(mayTakeRelay({ pathMode: 'direct-only', via: [] })).toBe(false);
  expect(mayTakeRelay({ pathMode: 'auto', via: [MIDDLE] })).toBe(false);
});
