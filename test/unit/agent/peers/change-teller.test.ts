import { beforeEach, expect, it } from 'vitest';
import { ChangeTeller } from '#agent/peers/change-teller.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';

const PHONE = 'P'.repeat(56) as PeerId;

let clock: FakeClock;
let teller: ChangeTeller;
let session: Session | undefined;
let isHeard: boolean;
let told: number;

beforeEach(() => {
  clock = new FakeClock();
  session = new FakeLink(() => undefined).session;
  isHeard = true;
  told = 0;
  teller = new ChangeTeller({
    clock,
    current: () => session,
    tell: async () => {
      told += 1;
      return isHeard;
    },
  });
});

it('tells a peer once for all changes together', async () => {
  for (let times = 0; times < 5; times += 1) teller.tellSoon(PHONE);
  await settle();
  teller.linksChanged();
  await clock.advance(60_000);
  expect(told).toBe(1);
  teller.tellSoon(PHONE);
  await settle();
  expect(told).toBe(2);
});

it('tells a peer whose link had no path once it has one', async () => {
  const before = session;
  session = undefined;
  teller.tellSoon(PHONE);
  await settle();
  teller.linksChanged();
  await clock.advance(60_000);
  expect(told).toBe(0);
  session = before;
  teller.linksChanged();
  teller.linksChanged();
  await clock.advance(60_000);
  expect(told).toBe(1);
});

it('tells a peer again that has not heard it, a few times', async () => {
  isHeard = false;
  teller.tellSoon(PHONE);
  await settle();
  // A change of some link is no reason to tell it sooner.
  teller.linksChanged();
  expect(told).toBe(1);
  await clock.advance(2000);
  expect(told).toBe(2);
  await clock.advance(600_000);
  expect(told).toBe(5);
  teller.tellSoon(PHONE);
  isHeard = true;
  await clock.advance(600_000);
  expect(told).toBe(6);
});

it('tells nothing to a peer that was removed, and nothing once it is closed', async () => {
  isHeard = false;
  teller.tellSoon(PHONE);
  teller.forget(PHONE);
  await clock.advance(60_000);
  expect(told).toBe(0);
  teller.tellSoon(PHONE);
  await settle();
  teller.close();
  await clock.advance(60_000);
  expect(told).toBe(1);
});
