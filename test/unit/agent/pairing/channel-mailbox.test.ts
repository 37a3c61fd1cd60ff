import { describe, expect, it } from 'vitest';
import { ChannelMailbox } from '#agent/pairing/direct/channel-mailbox.ts';
import { createMemoryChannelPair } from '#shared/link/index.ts';
import { codeOf } from '#test/support/hostile/device.ts';

function pair() {
  const [ours, theirs] = createMemoryChannelPair();
  let isClosed = false;
  theirs.setHandlers({
    data: () => undefined,
    drain: () => undefined,
    closed: () => {
      isClosed = true;
    },
  });
  return { mailbox: new ChannelMailbox(ours), theirs, isClosed: () => isClosed };
}

function frame(length: number, body = new Uint8Array(length).fill(5)): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff, ...body);
}

describe('a mailbox on a direct connection', () => {
  it('reads messages whatever pieces they come in', async () => {
    const { mailbox, theirs } = pair();
    const bytes = Uint8Array.of(...frame(3), ...frame(4096));
    for (const byte of bytes) theirs.write([Uint8Array.of(byte)]);
    expect(await mailbox.receive()).toHaveLength(3);
    expect(await mailbox.receive()).toHaveLength(4096);
  });

  it.each([
    ['an empty message', [frame(0)]],
    ['a message above the size', [Uint8Array.of(0x10, 0x01)]],
    ['one message too many', Array.from({ length: 9 }, () => frame(1))],
  ])('ends with %s [S-PAIR-19]', async (_what, frames) => {
    const { mailbox, theirs, isClosed } = pair();
    for (const one of frames) theirs.write([one]);
    const outcomes: string[] = [];
    for (let count = 0; count < 9; count += 1) outcomes.push(await codeOf(mailbox.receive()));
    expect(outcomes.at(-1)).toBe('pairing.interrupted');
    await expect.poll(isClosed).toBe(true);
    expect(() => mailbox.send(Uint8Array.of(1))).toThrow('ended');
  });
});
