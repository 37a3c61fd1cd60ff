import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { testByteChannel } from '#test/support/compliance/byte-channel.ts';
import { openChannelMaker } from '#test/support/relay-channels.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe.each([
  ['raw', 'off'],
  ['websocket', 'off'],
  ['raw', 'own'],
  ['websocket', 'own'],
] as const)('a data connection in its %s form, TLS %s', (form, tls) => {
  let relay: RunningRelay;
  let dispose: () => Promise<void>;
  let maker: Awaited<ReturnType<typeof openChannelMaker>>;

  beforeAll(async () => {
    ({ relay, dispose } = await runRelay({ tls: { mode: tls } }));
    maker = await openChannelMaker(relay, form);
  });

  afterAll(async () => {
    await maker.close();
    await dispose();
  });

  testByteChannel(async () => {
    const [left, right] = await maker.make();
    return { left, right, turn };
  });

  it('moves bulk without losing a byte, and stops a writer whose reader stops', async () => {
    const [left, right] = await maker.make();
    const total = 64 * 1024 * 1024;
    const seconds = await pump(left, right, total);
    console.info(`${form}, TLS ${tls}: ${Math.round(total / 1024 / 1024 / seconds)} MiB/s through the relay`);
    left.destroy();
    expect(seconds).toBeLessThan(30);
  });
});

/** Sends batches as a session does, and checks that every byte arrives in its place. @returns seconds */
async function pump(from: ByteChannel, to: ByteChannel, total: number): Promise<number> {
  const batch = [0, 1, 2, 3].map((index) => new Uint8Array(65_537).fill(index + 1));
  const cycle = 4 * 65_537;
  let received = 0;
  let wrong = 0;
  let pauses = 0;
  const started = performance.now();
  await new Promise<void>((resolve, reject) => {
    to.setHandlers({
      data(chunk) {
        // First and last byte of each chunk show where it belongs.
        if (chunk[0] !== Math.floor((received % cycle) / 65_537) + 1) wrong += 1;
        received += chunk.length;
        if (chunk.at(-1) !== Math.floor(((received - 1) % cycle) / 65_537) + 1) wrong += 1;
        if (received % 97 === 0) {
          pauses += 1;
          to.pause();
          setTimeout(() => to.resume(), 1);
        }
        if (received >= total) resolve();
      },
      drain: () => undefined,
      closed: (error) => reject(error ?? new Error('closed too early')),
    });
    let sent = 0;
    const write = (): void => {
      while (sent < total) {
        sent += cycle;
        // The channel owns the pieces, and may free them.
        if (!from.write(batch.map((piece) => piece.slice()))) return;
      }
    };
    from.setHandlers({ data: () => undefined, drain: write, closed: () => undefined });
    write();
  });
  const seconds = (performance.now() - started) / 1000;
  expect(wrong).toBe(0);
  expect(received).toBeGreaterThanOrEqual(total);
  expect(pauses).toBeGreaterThanOrEqual(0);
  return seconds;
}
