import { expect, it } from 'vitest';
import { BoxRoom } from '#agent/messages/box-room.ts';
import { BOX_BYTES, BOX_MESSAGES } from '#shared/messages/index.ts';

it('has room for as many open messages as a box may have, those on their way to the disk included', () => {
  const room = new BoxRoom();
  for (let each = 1; each < BOX_MESSAGES; each += 1) room.add(1);
  const arrived = room.reserve(1);
  expect(room.hasFor(1)).toBe(false);
  arrived();
  expect(room.hasFor(1)).toBe(true);
  room.add(1);
  expect(room.hasFor(1)).toBe(false);
  room.settle(1);
  expect(room.hasFor(1)).toBe(true);
});

it('has room for as many bytes of open messages as a box may have', () => {
  const room = new BoxRoom();
  room.add(BOX_BYTES - 10);
  const arrived = room.reserve(6);
  expect([room.hasFor(4), room.hasFor(5)]).toEqual([true, false]);
  arrived();
  room.grow(7, true);
  expect([room.hasFor(3), room.hasFor(4)]).toEqual([true, false]);
  room.grow(1000, false);
  expect(room.hasFor(3)).toBe(true);
});

it('counts what is too much of all messages, also of those that are no longer open', () => {
  const room = new BoxRoom();
  for (let each = 0; each <= 2 * BOX_MESSAGES; each += 1) {
    room.add(2);
    room.settle(2);
  }
  room.grow(BOX_BYTES, false);
  expect(room.excess).toEqual({ messages: 1, bytes: 2 * (2 * BOX_MESSAGES + 1) });
  room.remove(2);
  expect(room.excess).toEqual({ messages: 0, bytes: 4 * BOX_MESSAGES });
  expect(room.bytes).toBe(BOX_BYTES + 4 * BOX_MESSAGES);
});
