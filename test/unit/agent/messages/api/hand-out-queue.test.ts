import { beforeEach, expect, it } from 'vitest';
import { HandOutQueue, type Holder } from '#agent/messages/api/hand-out-queue.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let queue: HandOutQueue;
let number: number;
const program: Holder = { isOver: false };

beforeEach(() => {
  clock = new FakeClock();
  number = 0;
  queue = new HandOutQueue({ clock, nextNumber: () => (number += 1) });
});

const take = (more: Readonly<{ most?: number; after?: number; missedAfter?: number }> = {}, holder = program) =>
  queue.take(holder, { most: 100, ...more }).map(({ id, isAgain }) => (isAgain ? `${id} again` : id));

it('brings a message again 60 s after it was handed out, and each 60 s until it is removed', async () => {
  queue.add('one', false);
  expect(take()).toEqual(['one']);
  await clock.advance(MESSAGE_API_LIMITS.redelivery - 1);
  expect(take()).toEqual([]);
  let told = 0;
  queue.onChange(() => (told += 1));
  await clock.advance(1);
  expect(told).toBe(1);
  expect(take()).toEqual(['one again']);
  await clock.advance(MESSAGE_API_LIMITS.redelivery);
  expect(take()).toEqual(['one again']);
  queue.remove('one');
  await clock.advance(2 * MESSAGE_API_LIMITS.redelivery);
  expect(take()).toEqual([]);
  expect(clock.pending).toBe(0);
});

it('brings it to a reader that continues after what came in the meantime', async () => {
  queue.add('one', false);
  take();
  queue.add('two', false);
  const after = queue.take(program, { most: 1 }).at(-1)?.number ?? 0;
  expect(take({ after })).toEqual([]);
  await clock.advance(MESSAGE_API_LIMITS.redelivery);
  expect(take({ after })).toEqual(['one again', 'two again']);
});

it('brings at once what a stream that is over had, if its program says that it has not got it', () => {
  const stream: Holder = { isOver: false };
  queue.add('one', false);
  queue.add('two', false);
  take({}, stream);
  expect(take({ missedAfter: 1 })).toEqual([]);
  stream.isOver = true;
  expect(take()).toEqual([]);
  expect(take({ missedAfter: 1 })).toEqual(['two again']);
});

it('hands out no more than was asked for, and as much as has room, but always one', () => {
  for (const id of ['one', 'two', 'three']) queue.add(id, false);
  const none = queue.take(program, { most: 2, hasRoom: () => false });
  expect(none.map(({ id }) => id)).toEqual(['one']);
  expect(take({ most: 1 })).toEqual(['two']);
  expect(queue.heldBy(program)).toBe(2);
});

it('brings at once what could not be handed out', () => {
  queue.add('one', false);
  queue.giveBack(queue.take(program, { most: 1 }));
  expect(take()).toEqual(['one again']);
});

it('tells its readers of a message after the one that waits for it', () => {
  let seen: readonly string[] | undefined;
  queue.onChange(() => (seen = take()));
  queue.add('answer', false, () => void queue.takeOne('answer', { isOver: false }));
  expect(seen).toEqual([]);
});
