import { expect, it } from 'vitest';
import { ListRoom } from '#agent/files/list-room.ts';
import { LIST_BYTES, LISTS, LISTS_PER_PEER } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

const peer = (number: number): PeerId => String(number).padEnd(56, 'A') as PeerId;

it('lists of a peer, and of all together, take only so much room, which is given back [S-FILE-3]', () => {
  const room = new ListRoom();
  let taken = 0;
  for (let number = 0; number < 8; number += 1)
    for (let list = 0; list < 256; list += 1)
      if (room.take(`${number} ${list}`, peer(number), LIST_BYTES)) taken += LIST_BYTES;
  expect(taken).toBe(LISTS);
  expect(room.take('other', peer(9), 1)).toBe(false);
  expect(room.bytesOf('other')).toBe(0);
  room.give('0 0');
  // Its own share of a peer is smaller than the room.
  expect(room.take('0 1', peer(0), LISTS_PER_PEER)).toBe(false);
  expect(room.take('0 2', peer(0), LIST_BYTES)).toBe(true);
  expect(room.bytesOf('0 2')).toBe(LIST_BYTES);
});
