import { expect, it } from 'vitest';
import { mayGoDirect, mayTakeRelay } from '#agent/network/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

const MIDDLE = 'M' as PeerId;

it('presence at the relay says nothing about a peer whose link goes through hops, or directly only', () => {
  expect(mayTakeRelay({})).toBe(true);
  expect(mayTakeRelay({ pathMode: 'relay-only', via: [] })).toBe(true);
  expect(mayTakeRelay({ pathMode: 'direct-only', via: [] })).toBe(false);
  expect(mayTakeRelay({ pathMode: 'auto', via: [MIDDLE] })).toBe(false);
});

it('an address is told, announced and dialed only where the link may run directly', () => {
  expect(mayGoDirect({})).toBe(true);
  expect(mayGoDirect({ pathMode: 'direct-only', via: [] })).toBe(true);
  expect(mayGoDirect({ pathMode: 'relay-only', via: [] })).toBe(false);
  expect(mayGoDirect({ pathMode: 'auto', via: [MIDDLE] })).toBe(false);
});
