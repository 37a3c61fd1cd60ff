import { expect, it } from 'vitest';

import type { ByteChannel } from '#shared/link/index.ts';
import { listen, until } from './channel-ends.ts';

export { until };

/**
 * Two ends of one channel. `turn` lets the world go on until bytes that were written can have arrived: time of a fake clock, or a turn of
 * the event loop.
 */
export type ChannelPair = Readonly<{ left: ByteChannel; right: ByteChannel; turn(): Promise<void> }>;
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
}
