import { expect, it } from 'vitest';
import { ReplayMemory } from '#shared/handshake/replay-memory.ts';
import { alice, bob, crypto, mallory } from './devices.ts';

const KEY = new Uint8Array(32).fill(1);
const ephemeral = (number: number): Uint8Array => new Uint8Array(32).fill(number);

it('a pair is new once', () => {
  const memory = new ReplayMemory(crypto);
  expect(memory.admit(alice.peerId, KEY, ephemeral(1))).toBe(true);
  expect(memory.admit(alice.peerId, KEY, ephemeral(1))).toBe(false);
  expect(memory.admit(alice.peerId, KEY, ephemeral(2))).toBe(true);
  expect(memory.admit(alice.peerId, ephemeral(9), ephemeral(1))).toBe(true);
});

it('a peer pushes out its own oldest pair only', () => {
  const memory = new ReplayMemory(crypto, { pairsPerPeer: 3 });
  memory.admit(bob.peerId, KEY, ephemeral(1));
  for (let number = 1; number <= 4; number += 1) memory.admit(alice.peerId, KEY, ephemeral(number));
  for (const number of [2, 3, 4]) expect(memory.admit(alice.peerId, KEY, ephemeral(number))).toBe(false);
  expect(memory.admit(alice.peerId, KEY, ephemeral(1))).toBe(true);
  expect(memory.admit(bob.peerId, KEY, ephemeral(1))).toBe(false);
});

it('the peer silent for longest is forgotten when there are too many', () => {
  const memory = new ReplayMemory(crypto, { peers: 2 });
  memory.admit(alice.peerId, KEY, ephemeral(1));
  memory.admit(bob.peerId, KEY, ephemeral(1));
  memory.admit(alice.peerId, KEY, ephemeral(2));
  memory.admit(mallory.peerId, KEY, ephemeral(1));
  expect(memory.admit(alice.peerId, KEY, ephemeral(1))).toBe(false);
  expect(memory.admit(bob.peerId, KEY, ephemeral(1))).toBe(true);
});
