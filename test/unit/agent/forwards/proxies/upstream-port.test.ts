import { expect, it } from 'vitest';
import { UpstreamPort } from '#agent/forwards/proxies/index.ts';
import { ForwardError } from '#shared/forward/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const MINUTE = 60_000;

/** A port whose upstream asks someone for two minutes, whom nobody answers for. */
function open() {
  const clock = new FakeClock();
  const asked: number[] = [];
  const began = clock.now();
  const upstream = {
    connect: () => Promise.reject(new Error('unused')),
    listen: async () => {
      asked.push((clock.now() - began) / MINUTE);
      await new Promise<void>((resolve) => void clock.setTimer(2 * MINUTE, resolve));
      throw new ForwardError('forward.unanswered', 'no one answered');
    },
  };
  const context = {
    clock,
    report: () => undefined,
    listen: { host: '127.0.0.1', port: 9003 },
    peer: 'office',
  };
  const port = new UpstreamPort(context, upstream, () => undefined);
  port.start(new AbortController().signal);
  return { clock, asked, port };
}

it('a request that no one answers is repeated after growing pauses, of an hour at most', async () => {
  const { clock, asked, port } = open();
  await clock.advance(300 * MINUTE);
  expect(asked).toEqual([0, 4, 10, 20, 38, 72, 134, 196, 258]);
  await port.close();
});

it('repeats it at once when another answer is likely, and never twice at a time', async () => {
  const { clock, asked, port } = open();
  await clock.advance(MINUTE);
  port.askAgain();
  await clock.advance(2 * MINUTE);
  port.askAgain();
  await clock.advance(5 * MINUTE);
  expect(asked).toEqual([0, 3]);
  await port.close();
  expect(clock.pending).toBe(0);
});
