import { describe } from 'vitest';

import { createMemoryChannelPair } from '#shared/link/index.ts';
import { testByteChannel } from '#test/support/compliance/byte-channel.ts';
import { testSession } from '#test/support/compliance/session.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { linkInMemory } from '#test/support/link.ts';

describe('channel in memory', () => {
  testByteChannel(async () => {
    const [left, right] = createMemoryChannelPair();
    return { left, right, turn: () => settle(1) };
  });
});

describe('channel in memory with latency and small chunks', () => {
  testByteChannel(async () => {
    const clock = new FakeClock();
    const [left, right] = createMemoryChannelPair({ latency: 5, clock, chunkSize: 1000, highWaterMark: 10_000 });
    return { left, right, turn: () => clock.advance(5) };
  });
});

describe.each([
  ['a session over memory', {}],
  ['a session over memory with 20 ms each way', { latency: 20 }],
  ['a session over chunks of 1009 bytes and a low high-water mark', { chunkSize: 1009, highWaterMark: 20_000 }],
] as const)('%s', (_name, channel) => {
  testSession(async () => {
    const { clock, initiator, responder } = linkInMemory({ channel });
    return {
      initiator,
      responder,
      turn: () => clock.advance(5),
      dispose: async () => {
        await clock.advance(2000);
        if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
      },
    };
  });
});
