import { expect, it } from 'vitest';

import type { ByteChannel } from '#shared/link/index.ts';
import { listen, pump, until } from './channel-ends.ts';

export { until };

/**
 * Two ends of one channel. `turn` lets the world go on until bytes that were written can have arrived: time of a fake clock, or a turn of
 * the event loop.
 */
export type ChannelPair = Readonly<{
  left: ByteChannel;
  right: ByteChannel;
  turn(): Promise<void>;
  /** Breaks what carries the bytes, so that both ends hear of it with an error. Without it the left end is destroyed. */
  cut?(): void;
}>;
export type ChannelPairFactory = () => Promise<ChannelPair>;

/** What every ByteChannel does; call inside a `describe`. */
export function testByteChannel(create: ChannelPairFactory): void {
  it('carries pieces in order, in both directions', async () => {
    const { left, right, turn } = await create();
    const [atLeft, atRight] = [listen(left), listen(right)];
    left.write([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]);
    right.write([Uint8Array.of(9)]);
    left.write([Uint8Array.of(4)]);
    await until(turn, () => atRight.bytes.length >= 4 && atLeft.bytes.length > 0);
    expect(atRight.bytes).toEqual([1, 2, 3, 4]);
    expect(atLeft.bytes).toEqual([9]);
    left.destroy();
  });

  it('keeps what came before its handlers were set', async () => {
    const { left, right, turn } = await create();
    listen(left);
    left.write([Uint8Array.of(5)]);
    await turn();
    const heard = listen(right);
    await until(turn, () => heard.bytes.length > 0);
    expect(heard.bytes).toEqual([5]);
    left.destroy();
  });

  it('says when too much is buffered, and calls drain once it is not', async () => {
    const { left, right, turn } = await create();
    const heard = listen(left);
    listen(right);
    right.pause();
    let writes = 0;
    while (left.write([new Uint8Array(256 * 1024)])) {
      writes += 1;
      expect(writes).toBeLessThan(2000);
      await turn();
    }
    expect(left.bufferedBytes).toBeGreaterThan(0);
    expect(heard.drains).toBe(0);
    right.resume();
    await until(turn, () => heard.drains > 0);
    expect(heard.drains).toBe(1);
    left.destroy();
  });

  it('sends what is buffered before an orderly close, and reports the end once, without an error', async () => {
    const { left, right, turn } = await create();
    const [atLeft, atRight] = [listen(left), listen(right)];
    left.write([new Uint8Array(300_000).fill(7)]);
    left.close();
    left.close();
    await until(turn, () => atLeft.closed > 0 && atRight.closed > 0);
    expect(atRight.bytes).toHaveLength(300_000);
    expect([atLeft.closed, atRight.closed]).toEqual([1, 1]);
    expect([atLeft.error, atRight.error]).toEqual([undefined, undefined]);
    expect(left.write([Uint8Array.of(1)])).toBe(true);
  });

  it('drops everything at once when it is destroyed, and both ends hear of it once', async () => {
    const { left, right, turn } = await create();
    const [atLeft, atRight] = [listen(left), listen(right)];
    left.write([Uint8Array.of(1)]);
    left.destroy(new Error('on purpose'));
    left.destroy();
    await until(turn, () => atLeft.closed > 0 && atRight.closed > 0);
    expect([atLeft.closed, atRight.closed]).toEqual([1, 1]);
  });

  it('carries bytes intact however they are cut, in both directions at once', async () => {
    const { left, right, turn } = await create();
    const both = pump(left, right, 700_001, 300_007);
    await until(turn, () => both.done);
    expect(both.leftHeard).toBe(both.rightSent);
    expect(both.rightHeard).toBe(both.leftSent);
    left.destroy();
  });

  it('delivers nothing while it is paused, and everything in its place afterwards', async () => {
    const { left, right, turn } = await create();
    listen(left);
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
    const received: number[] = [];
    let [paused, early, calls] = [false, 0, 0];
    right.setHandlers({
      data(chunk) {
        if (paused) early += 1;
        calls += 1;
        for (const byte of chunk) received.push(byte);
        paused = true;
        right.pause();
        right.pause();
      },
      drain: () => undefined,
      closed: () => undefined,
    });
    for (let start = 0; start < bytes.length; start += 60_000) left.write([bytes.slice(start, start + 60_000)]);
    await until(turn, () => calls > 0);
    for (let waits = 0; waits < 20; waits += 1) await turn();
    expect(received.length).toBeLessThan(bytes.length);
    await until(
      async () => {
        await turn();
        paused = false;
        right.resume();
      },
      () => received.length >= bytes.length,
    );
    expect(Buffer.from(received).equals(Buffer.from(bytes))).toBe(true);
    expect(early).toBe(0);
    left.destroy();
  });

  it('brings the last bytes of a side that closes while the other one is still writing', async () => {
    const { left, right, turn } = await create();
    const [atLeft, atRight] = [listen(left), listen(right)];
    left.write([new Uint8Array(100_000).fill(1)]);
    right.write([new Uint8Array(100_000).fill(2)]);
    left.close();
    right.write([new Uint8Array(100_000).fill(3)]);
    await until(turn, () => atLeft.closed > 0 && atRight.closed > 0);
    expect(atRight.bytes).toHaveLength(100_000);
    expect([atLeft.error, atRight.error]).toEqual([undefined, undefined]);
  });

  it('can be destroyed from within, and delivers nothing afterwards', async () => {
    const { left, right, turn } = await create();
    const atLeft = listen(left);
    let [calls, closed] = [0, 0];
    right.setHandlers({
      data() {
        calls += 1;
        right.destroy();
      },
      drain: () => undefined,
      closed: () => {
        closed += 1;
      },
    });
    for (let writes = 0; writes < 10; writes += 1) left.write([new Uint8Array(30_000)]);
    await until(turn, () => closed > 0 && atLeft.closed > 0);
    for (let waits = 0; waits < 5; waits += 1) await turn();
    expect([calls, closed, atLeft.closed]).toEqual([1, 1, 1]);
  });

  it('reports an abrupt end once at each end, and is quiet from then on', async () => {
    const { left, right, turn, cut } = await create();
    const [atLeft, atRight] = [listen(left), listen(right)];
    left.write([Uint8Array.of(1)]);
    await until(turn, () => atRight.bytes.length === 1);
    right.pause();
    if (cut === undefined) left.destroy(new Error('on purpose'));
    else cut();
    await until(turn, () => atLeft.closed > 0);
    // A socket that is not read may not notice before.
    right.resume();
    await until(turn, () => atRight.closed > 0);
    expect(left.write([Uint8Array.of(2)])).toBe(true);
    left.pause();
    left.resume();
    left.close();
    right.destroy();
    for (let waits = 0; waits < 5; waits += 1) await turn();
    expect([atLeft.closed, atRight.closed]).toEqual([1, 1]);
    expect([atLeft.bytes, atRight.bytes]).toEqual([[], [1]]);
    expect(atLeft.error).toBeInstanceOf(Error);
    expect(cut === undefined || atRight.error instanceof Error).toBe(true);
  });
}
