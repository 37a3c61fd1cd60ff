import { expect, it } from 'vitest';
import { TransferNews } from '#agent/files/transfer-news.ts';
import type { TransferView } from '#shared/app-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

type Sent = Readonly<{ changed: readonly TransferView[]; removed: readonly string[] }>;

function news() {
  const clock = new FakeClock();
  const sent: Sent[] = [];
  const rates = new Map<string, number | null>([['a', 5]]);
  const made = new TransferNews({
    clock,
    isWatched: () => true,
    viewOf: (id) => (rates.has(id) ? ({ id, rate: rates.get(id) ?? null } as TransferView) : undefined),
    send: (one) => sent.push(one),
  });
  return { clock, sent, rates, made };
}

it('are sent together, at most four times a second', async () => {
  const { clock, sent, rates, made } = news();
  rates.set('a', null);
  for (let time = 0; time < 1000; time += 50) {
    made.changed('a');
    await clock.advance(50);
  }
  // The first one at once.
  expect(sent.length).toBe(5);
});

it('are told at once after a while without any, and soon where a transfer has ended', async () => {
  const { clock, sent, rates, made } = news();
  rates.set('a', null);
  made.changed('a');
  await clock.advance(1);
  expect(sent.length).toBe(1);
  made.changed('a');
  await clock.advance(10);
  expect(sent.length).toBe(1);
  made.changed('a', true);
  await clock.advance(25);
  expect(sent.length).toBe(2);
  await clock.advance(1000);
  expect(sent.length).toBe(2);
});

it('of many ends in a row are sent together', async () => {
  const { clock, sent, rates, made } = news();
  rates.set('a', null);
  for (let time = 0; time < 1000; time += 5) {
    made.changed('a', true);
    await clock.advance(5);
  }
  expect(sent.length).toBeLessThanOrEqual(41);
});

it('tell that a rate has ended, though nothing happens any more', async () => {
  const { clock, sent, rates, made } = news();
  made.changed('a');
  await clock.advance(300);
  expect(sent.at(-1)?.changed).toMatchObject([{ rate: 5 }]);
  rates.set('a', null);
  await clock.advance(1500);
  expect(sent.at(-1)?.changed).toMatchObject([{ rate: null }]);
  const count = sent.length;
  await clock.advance(60_000);
  expect(sent.length).toBe(count);
});

it('name what is no longer listed, and no change of it', async () => {
  const { clock, sent, made } = news();
  made.changed('a');
  made.removed('a');
  await clock.advance(300);
  expect(sent).toEqual([{ changed: [], removed: ['a'] }]);
});

it('end with a transfer that was removed while it had a rate', async () => {
  const { clock, sent, rates, made } = news();
  made.changed('a');
  await clock.advance(300);
  rates.delete('a');
  made.removed('a');
  await clock.advance(1500);
  const count = sent.length;
  await clock.advance(60_000);
  expect(sent.length).toBe(count);
});
