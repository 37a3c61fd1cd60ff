import { expect, it } from 'vitest';
import { SenderShares } from '#agent/messages/inbox/sender-shares.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { BOX_BYTES, BOX_MESSAGES, OWN_BYTES, OWN_MESSAGES } from '#shared/messages/index.ts';

/** Sends messages as each sender until it has no share any more. @returns bytes that all of them have */
function fill(shares: SenderShares, senders: number, bytes: number): readonly number[] {
  let [messages, used] = [0, 0];
  const free = () => ({ messages: BOX_MESSAGES - messages, bytes: BOX_BYTES - used });
  return Array.from({ length: senders }, (_, number) => {
    const sender = `peer ${number}` as PeerId;
    let count = 0;
    while (shares.hasFor(sender, bytes, free())) {
      shares.change(sender, 1, bytes);
      messages += 1;
      used += bytes;
      count += 1;
    }
    return count;
  });
}

it('each that fills its share of messages leaves half of it for the next one, and the last ones stay for this device [S-WRITE-5]', () => {
  const counts = fill(new SenderShares(), 30, 1);
  expect(counts.slice(0, 15)).toEqual([4500, 2250, 1125, 562, 281, 141, 70, 35, 18, 9, 4, 2, 1, 1, 0]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(BOX_MESSAGES - OWN_MESSAGES);
});

it('the same holds for shares of bytes [S-WRITE-5]', () => {
  const large = 262_144;
  const counts = fill(new SenderShares(), 30, large);
  expect(counts.slice(0, 5)).toEqual([448, 224, 112, 56, 28]);
  expect(counts.reduce((sum, count) => sum + count, 0) * large).toBeLessThanOrEqual(BOX_BYTES - OWN_BYTES);
});

it('one that has nothing left is not counted, and one whose messages were taken has its share again', () => {
  const shares = new SenderShares();
  const peer = 'peer' as PeerId;
  const free = { messages: OWN_MESSAGES + 2, bytes: BOX_BYTES };
  shares.change(peer, 1, 10);
  expect(shares.hasFor(peer, 1, free)).toBe(false);
  shares.change(peer, -1, -10);
  expect(shares.hasFor(peer, 1, free)).toBe(true);
});
