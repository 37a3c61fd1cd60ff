import { expect, it } from 'vitest';
import { InstalledNodeWatch } from '#agent/openclaw/gateways/installed-node.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const SERVICE = 'openclaw-node.service';

it('tells of a node that comes and goes, once each, and looks no more when it is closed', async () => {
  const clock = new FakeClock();
  let there: string | null = null;
  let looks = 0;
  const told: (string | null)[] = [];
  const machine = {
    otherNode: () => {
      looks += 1;
      return Promise.resolve(there);
    },
  };
  const watch: InstalledNodeWatch = new InstalledNodeWatch({ machine, clock }, () => told.push(watch.found));
  expect(watch.found).toBeNull();
  await watch.search();
  there = SERVICE;
  await clock.advance(10 * 60_000);
  await clock.advance(10 * 60_000);
  there = null;
  // Because a person has done something: the next look is that much later.
  await watch.search();
  expect([told, looks, clock.pending]).toEqual([[SERVICE, null], 4, 1]);
  watch.close();
  expect(clock.pending).toBe(0);
});

it('says nothing of what is found after it was closed', async () => {
  const clock = new FakeClock();
  const answer = Promise.withResolvers<string | null>();
  const watch = new InstalledNodeWatch({ machine: { otherNode: () => answer.promise }, clock }, () => {
    throw new Error('told');
  });
  const look = watch.search();
  watch.close();
  answer.resolve(SERVICE);
  await look;
  await settle();
  expect([watch.found, clock.pending]).toEqual([null, 0]);
});
