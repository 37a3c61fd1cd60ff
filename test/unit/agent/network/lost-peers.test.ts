import { beforeEach, expect, it } from 'vitest';
import { LostPeers } from '../../../../src-main/agent/network/lost-peers.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const OFFICE = 'OFFICE' as PeerId;

let clock: FakeClock;
let dials: PeerId[];
let isThere: boolean;
let lost: LostPeers;

beforeEach(() => {
  clock = new FakeClock();
  dials = [];
  isThere = true;
  lost = new LostPeers({
    clock,
    random: () => 0.5,
    isSettled: () => false,
    dial: async (peerId) => {
      dials.push(peerId);
      if (!isThere) throw new Error('not there');
      lost.delete(peerId);
    },
  });
});

it('dials a lost peer that announces itself, once, and no other', async () => {
  lost.found(OFFICE);
  expect(dials).toEqual([]);
  lost.add(OFFICE);
  lost.found(OFFICE);
  lost.found(OFFICE);
  await clock.advance(60_000);
  lost.found(OFFICE);
  expect(dials).toEqual([OFFICE]);
  expect(clock.pending).toBe(0);
});

it('dials a few times, since the peer may announce itself before it answers, and again after its next announcement', async () => {
  isThere = false;
  lost.add(OFFICE);
  lost.found(OFFICE);
  await clock.advance(600_000);
  expect([dials.length, clock.pending]).toEqual([4, 0]);
  lost.found(OFFICE);
  isThere = true;
  await clock.advance(600_000);
  expect([dials.length, clock.pending]).toEqual([6, 0]);
});

it('dials no more after it was closed, or when the peer was removed', async () => {
  isThere = false;
  for (const end of [() => lost.delete(OFFICE), () => lost.close()]) {
    lost.add(OFFICE);
    lost.found(OFFICE);
    const before = dials.length;
    await clock.advance(0);
    end();
    await clock.advance(600_000);
    expect([dials.length, clock.pending]).toEqual([before, 0]);
  }
});

it('dials a bounded number of times while its announcements pour in, repeated by a neighbour [S-LAN-3]', async () => {
  isThere = false;
  lost.add(OFFICE);
  for (let at = 0; at < 60_000; at += 100) {
    lost.found(OFFICE);
    await clock.advance(100);
  }
  // Four announcements at once and four a minute later, each with four dials.
  expect(dials.length).toBeGreaterThanOrEqual(4);
  expect(dials.length).toBeLessThanOrEqual(32);
});
