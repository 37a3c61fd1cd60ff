import { expect, it, vi } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { RelayLiveness } from '../../../../src-main/agent/relay/liveness.ts';

function make() {
  const clock = new FakeClock();
  const [ping, dead] = [vi.fn<() => void>(), vi.fn<() => void>()];
  return { clock, ping, dead, liveness: new RelayLiveness({ clock, interval: 20_000, ping, dead }) };
}

it('a probe is answered by an answer alone: what comes by itself tells of one direction only', async () => {
  const { clock, ping, dead, liveness } = make();
  liveness.probe(2000);
  expect(ping).toHaveBeenCalledTimes(1);
  liveness.heard();
  await clock.advance(1999);
  expect(dead).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(dead).toHaveBeenCalledTimes(1);
});

it('a probe that is answered changes nothing', async () => {
  const { clock, dead, liveness } = make();
  liveness.probe(2000);
  liveness.answered();
  await clock.advance(19_000);
  expect(dead).not.toHaveBeenCalled();
  liveness.stop();
});
