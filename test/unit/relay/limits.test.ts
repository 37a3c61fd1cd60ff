import { expect, test } from 'vitest';
import { ExpiryQueue, TokenBuckets } from '#relay/limits/index.ts';
import { TicketBook } from '#relay/hub/ticket-book.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const random = (length: number): Uint8Array => nativeBackend.randomBytes(length);

test('a bucket gives its burst at once and then its pace', async () => {
  const clock = new FakeClock();
  const buckets = new TokenBuckets({ burst: 3, perSecond: 2 });
  expect([1, 2, 3, 4].map(() => buckets.take('a', clock.monotonic()))).toEqual([0, 0, 0, 500]);
  await clock.advance(500);
  expect(buckets.take('a', clock.monotonic())).toBe(0);
  expect(buckets.take('a', clock.monotonic())).toBe(500);
});

test('one key does not spend the tokens of another', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 });
  expect(buckets.take('a', 0)).toBe(0);
  expect(buckets.take('b', 0)).toBe(0);
  expect(buckets.take('a', 0)).toBe(1000);
});

test('a refused take takes nothing and a look takes nothing', () => {
  const buckets = new TokenBuckets({ burst: 10, perSecond: 1 });
  expect(buckets.take('a', 0, 11)).toBe(1000);
  expect(buckets.wait('a', 0, 10)).toBe(0);
  expect(buckets.take('a', 0, 10)).toBe(0);
});

test('a full bucket is forgotten, a spent one is not', () => {
  const buckets = new TokenBuckets({ burst: 2, perSecond: 1 });
  buckets.take('a', 0);
  buckets.take('b', 0, 2);
  buckets.sweep(1000);
  expect(buckets.size).toBe(1);
  expect(buckets.wait('b', 1000, 2)).toBe(1000);
});

test('the number of keys is bounded', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1 }, 100);
  for (let key = 0; key < 1000; key += 1) buckets.take(String(key), 0);
  expect(buckets.size).toBe(100);
});

test('the wait never promises more than an hour', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 1e-9 });
  buckets.take('a', 0);
  expect(buckets.take('a', 0)).toBe(3_600_000);
});

test('an expiry queue returns what is due, oldest first, and nothing else', () => {
  const queue = new ExpiryQueue<string>(100);
  queue.add('a', 0);
  queue.add('b', 50);
  queue.add('c', 60);
  queue.add('a', 70);
  queue.delete('c');
  expect(queue.takeExpired(149)).toEqual([]);
  expect(queue.takeExpired(170)).toEqual(['b', 'a']);
  expect(queue.size).toBe(0);
});

test('a ticket is good once', () => {
  const book = new TicketBook<string>(random, 30_000);
  const ticket = fromBase64Url(book.issue('place', 0));
  expect(ticket).toHaveLength(32);
  expect(book.redeem(ticket, 1)).toBe('place');
  expect(book.redeem(ticket, 1)).toBeUndefined();
});

test('a ticket is void after its life, swept or not', () => {
  const book = new TicketBook<string>(random, 30_000);
  const first = fromBase64Url(book.issue('first', 0));
  const second = fromBase64Url(book.issue('second', 0));
  expect(book.redeem(first, 30_000)).toBeUndefined();
  book.sweep(30_000);
  expect(book.size).toBe(0);
  expect(book.redeem(second, 1)).toBeUndefined();
});

test('a guessed, cut or altered ticket stands for nothing and spoils nothing', () => {
  const book = new TicketBook<string>(random, 30_000);
  const ticket = fromBase64Url(book.issue('place', 0));
  const altered = Uint8Array.from(ticket, (byte, index) => (index === 31 ? byte ^ 1 : byte));
  expect(book.redeem(altered, 1)).toBeUndefined();
  expect(book.redeem(ticket.subarray(0, 31), 1)).toBeUndefined();
  expect(book.redeem(random(32), 1)).toBeUndefined();
  expect(book.redeem(ticket, 1)).toBe('place');
});
