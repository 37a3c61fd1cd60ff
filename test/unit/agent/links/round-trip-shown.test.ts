import { expect, it } from 'vitest';
import { run, scene } from './scene.ts';

it('a round trip is shown only while answers come: after a measurement without one there is none, and when the peer answered last', async () => {
  const { network, near, far } = await scene();
  const { peerId } = far.identity;
  const view = () => near.links.view(peerId);
  const measure = async (): Promise<void> => {
    near.links
      .current(peerId)
      ?.ping(1800)
      .catch(() => undefined);
    await run(network, 1800);
  };
  await measure();
  expect(view()).toMatchObject({ state: 'up', rtt: expect.any(Number) as number });
  const answeredAt = view()?.answeredAt ?? 0;
  expect(answeredAt).toBeGreaterThan(network.clock.now() - 2000);

  network.swallows = () => true;
  await measure();
  expect(view()).toMatchObject({ state: 'up', rtt: undefined });
  await run(network, 3400);
  expect(view()).toMatchObject({ state: 'doubtful', rtt: undefined });
  expect(view()?.answeredAt).toBeLessThan(answeredAt + 2000);
});

it('a round trip whose last answer is older than a minute is not shown, also while nothing is asked', async () => {
  const { network, near, far } = await scene();
  const { peerId } = far.identity;
  await near.links.current(peerId)?.ping(1800);
  expect(near.links.view(peerId)?.rtt).toEqual(expect.any(Number));
  // As after sleep: time has passed, and no timer ran.
  const real = network.clock.monotonic.bind(network.clock);
  network.clock.monotonic = () => real() + 61_000;
  expect(near.links.view(peerId)).toMatchObject({ state: 'up', rtt: undefined });
});
