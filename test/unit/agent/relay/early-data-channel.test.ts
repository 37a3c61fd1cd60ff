import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '#shared/bytes/index.ts';
import { createMemoryChannelPair, LinkError, type ByteChannel } from '#shared/link/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { EarlyDataChannel } from '../../../../src-main/agent/relay/early-data-channel.ts';
import { testByteChannel } from '#test/support/compliance/byte-channel.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

type End = {
  channel: EarlyDataChannel;
  /** Control messages to the other end that the relay has not passed on yet. */
  control: (() => void)[];
  cancelled: number;
  switched: number;
  over: number;
};

type Heard = { bytes: Uint8Array; drains: number; closed: number; error: Error | undefined };

/** Two ends whose control messages and data connection move only when told. */
function ends(clock = new FakeClock()): { left: End; right: End; data: [ByteChannel, ByteChannel]; clock: FakeClock } {
  const make = (other: () => End): End => {
    const end: End = {
      control: [],
      cancelled: 0,
      switched: 0,
      over: 0,
      channel: new EarlyDataChannel(
        {
          send: (bytes) => end.control.push(() => other().channel.receiveEarly(bytes)),
          sendEnd: (bytes) => end.control.push(() => other().channel.receiveEarlyEnd(bytes)),
          cancel: () => {
            end.cancelled += 1;
          },
          switched: () => {
            end.switched += 1;
          },
          over: () => {
            end.over += 1;
          },
        },
        clock,
      ),
    };
    return end;
  };
  const left: End = make(() => right);
  const right: End = make(() => left);
  return { left, right, data: createMemoryChannelPair(), clock };
}

function deliver(end: End): void {
  for (const message of end.control.splice(0)) message();
}

function listen(channel: ByteChannel): Heard {
  const heard: Heard = { bytes: new Uint8Array(0), drains: 0, closed: 0, error: undefined };
  channel.setHandlers({
    data: (chunk) => {
      heard.bytes = concatBytes(heard.bytes, chunk);
    },
    drain: () => {
      heard.drains += 1;
    },
    closed: (error) => {
      heard.closed += 1;
      heard.error = error;
    },
  });
  return heard;
}

const numbered = (length: number, start = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (start + index) % 251);

describe('a channel before its data connection', () => {
  it('carries bytes over control at once', () => {
    const { left, right } = ends();
    const heard = listen(right.channel);
    expect(left.channel.write([Uint8Array.of(1), Uint8Array.of(2, 3)])).toBe(true);
    deliver(left);
    expect(heard.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('sends exactly the allowance early, keeps the rest, and drains it into the data connection', async () => {
    const { left, right, data } = ends();
    const [atLeft, atRight] = [listen(left.channel), listen(right.channel)];
    const all = numbered(RELAY_LIMITS.earlyData + 1000);
    expect(left.channel.write([all.subarray(0, 100), all.subarray(100)])).toBe(false);
    expect(left.channel.write([numbered(5)])).toBe(false);
    expect(left.channel.bufferedBytes).toBe(1005);
    deliver(left);
    expect(atRight.bytes).toHaveLength(RELAY_LIMITS.earlyData);
    left.channel.attach(data[0]);
    right.channel.attach(data[1]);
    deliver(left);
    deliver(right);
    await settle();
    expect(atRight.bytes).toEqual(concatBytes(all, numbered(5)));
    expect(atLeft.drains).toBe(1);
    expect([left.switched, right.switched]).toEqual([1, 1]);
  });

  it('holds bytes of the data connection until the last early byte has come', async () => {
    const { left, right, data } = ends();
    const atRight = listen(right.channel);
    left.channel.write([Uint8Array.of(1, 2)]);
    left.channel.attach(data[0]);
    right.channel.attach(data[1]);
    left.channel.write([Uint8Array.of(3, 4)]);
    await settle();
    expect(atRight.bytes).toHaveLength(0);
    deliver(left);
    await settle();
    expect(atRight.bytes).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('waits for a reader that paused, through the switch and an orderly end', async () => {
    const { left, right, data } = ends();
    const atRight = listen(right.channel);
    right.channel.pause();
    left.channel.write([Uint8Array.of(1)]);
    left.channel.attach(data[0]);
    right.channel.attach(data[1]);
    left.channel.write([Uint8Array.of(2)]);
    left.channel.close();
    deliver(left);
    deliver(right);
    await settle();
    expect([atRight.bytes.length, atRight.closed]).toEqual([0, 0]);
    right.channel.resume();
    await settle();
    expect(atRight.bytes).toEqual(Uint8Array.of(1, 2));
    expect([atRight.closed, atRight.error]).toEqual([1, undefined]);
  });

  it('sends what was written before an early close, once it can', async () => {
    const { left, right, data } = ends();
    const atRight = listen(right.channel);
    left.channel.write([numbered(RELAY_LIMITS.earlyData + 7)]);
    left.channel.close();
    right.channel.attach(data[1]);
    left.channel.attach(data[0]);
    deliver(left);
    deliver(right);
    await settle();
    expect(atRight.bytes).toEqual(numbered(RELAY_LIMITS.earlyData + 7));
    expect([atRight.closed, atRight.error]).toEqual([1, undefined]);
  });

  it('gives an early close up after its deadline and tells the relay', async () => {
    const { left, clock } = ends();
    const atLeft = listen(left.channel);
    left.channel.write([Uint8Array.of(1)]);
    left.channel.close(3000);
    await clock.advance(2999);
    expect([atLeft.closed, left.cancelled]).toEqual([0, 0]);
    await clock.advance(1);
    expect([atLeft.closed, atLeft.error, left.cancelled, left.over]).toEqual([1, undefined, 1, 1]);
    expect(clock.pending).toBe(0);
  });

  it('ends when the other side does not follow to the data connection', async () => {
    const { left, data, clock } = ends();
    const atLeft = listen(left.channel);
    left.channel.attach(data[0]);
    await clock.advance(10_000);
    expect(atLeft.error).toMatchObject({ code: 'link.path-lost' });
    expect(clock.pending).toBe(0);
  });

  it('dies with control before the switch, and lives on without it afterwards', async () => {
    for (const switched of [false, true]) {
      const { left, right, data } = ends();
      const [atLeft, atRight] = [listen(left.channel), listen(right.channel)];
      left.channel.attach(data[0]);
      right.channel.attach(data[1]);
      if (switched) deliver(left);
      if (switched) deliver(right);
      left.channel.controlLost(new Error('gone'));
      right.channel.controlLost(new Error('gone'));
      left.channel.write([Uint8Array.of(1)]);
      await settle();
      expect(atLeft.closed).toBe(switched ? 0 : 1);
      expect(atRight.bytes).toHaveLength(switched ? 1 : 0);
      expect(atLeft.error instanceof LinkError ? atLeft.error.code : 'none').toBe(switched ? 'none' : 'link.path-lost');
    }
  });
});

describe('early data that does not add up', () => {
  it.each([
    ['fewer bytes than were said', 3, 4],
    ['more bytes than were said', 5, 4],
    ['none where some were said', 0, 1],
    ['some where none were said', 1, 0],
  ])('is found: %s', (_name, came, said) => {
    const { right } = ends();
    const heard = listen(right.channel);
    if (came > 0) right.channel.receiveEarly(new Uint8Array(came));
    right.channel.receiveEarlyEnd(said);
    expect(heard.error).toMatchObject({ code: 'relay.early-data' });
    expect([heard.closed, right.cancelled]).toEqual([1, 1]);
  });

  it('is found after its end, when said twice, and beyond the allowance', () => {
    const after = ends().right;
    const twice = ends().right;
    const beyond = ends().right;
    const heard = [after, twice, beyond].map((end) => listen(end.channel));
    after.channel.receiveEarlyEnd(0);
    after.channel.receiveEarly(Uint8Array.of(1));
    twice.channel.receiveEarlyEnd(0);
    twice.channel.receiveEarlyEnd(0);
    beyond.channel.receiveEarly(new Uint8Array(RELAY_LIMITS.earlyData));
    beyond.channel.receiveEarly(Uint8Array.of(1));
    for (const one of heard) expect(one.error).toMatchObject({ code: 'relay.early-data' });
  });
});

describe('whatever the timing', () => {
  it('nothing is reordered, lost or doubled', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), size: fc.integer({ min: 1, max: 9000 }) }),
      fc.record({
        kind: fc.constantFrom('control', 'settle', 'pause', 'resume', 'attachLeft', 'attachRight' as const),
      }),
    );
    let switched = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { left, right, data } = ends();
        const heard = listen(right.channel);
        listen(left.channel);
        let written = 0;
        const attached = new Set<string>();
        const attach = (side: 'attachLeft' | 'attachRight'): void => {
          if (attached.has(side)) return;
          attached.add(side);
          if (side === 'attachLeft') left.channel.attach(data[0]);
          else right.channel.attach(data[1]);
        };
        for (const one of steps) {
          if (one.kind === 'write') {
            left.channel.write([numbered(one.size, written)]);
            written += one.size;
          } else if (one.kind === 'control') {
            left.control.shift()?.();
          } else if (one.kind === 'settle') await settle(1);
          else if (one.kind === 'pause') right.channel.pause();
          else if (one.kind === 'resume') right.channel.resume();
          else attach(one.kind === 'attachLeft' ? 'attachLeft' : 'attachRight');
        }
        attach('attachLeft');
        attach('attachRight');
        deliver(left);
        deliver(right);
        right.channel.resume();
        await settle();
        if (right.switched === 1) switched += 1;
        expect(Buffer.compare(heard.bytes, numbered(written))).toBe(0);
      }),
      { numRuns: 1500 },
    );
    expect(switched).toBe(1500);
  });
});

describe('a switched channel is a byte channel', () => {
  testByteChannel(async () => {
    const { left, right, data } = ends();
    left.channel.attach(data[0]);
    right.channel.attach(data[1]);
    deliver(left);
    deliver(right);
    return { left: left.channel, right: right.channel, turn: () => settle(1) };
  });
});
