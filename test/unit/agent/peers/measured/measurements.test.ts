import { expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { linkInMemory } from '#test/support/link.ts';
import type { LinkView } from '../../../../../src-main/agent/links/index.ts';
import { Measurements } from '../../../../../src-main/agent/peers/measured/measurements.ts';
import { TrafficMeter } from '../../../../../src-main/agent/peers/measured/traffic-meter.ts';

const NAS = 'N'.repeat(56) as PeerId;

it('keeps what was measured in the last hour, and nothing from a peer that does not answer', async () => {
  const clock = new FakeClock();
  const traffic = new TrafficMeter({ file: undefined, clock, logger: silentLogger });
  let link: Pick<LinkView, 'state' | 'rtt' | 'answeredAt'> | undefined;
  const seen: number[] = [];
  const measurements = new Measurements({
    clock,
    traffic,
    network: { link: () => link as LinkView | undefined },
    seen: (_peer, at) => void seen.push(at),
  });
  const { initiator } = linkInMemory();
  measurements.follow(NAS, initiator);
  const after = async (minutes: number, now: typeof link): Promise<readonly number[]> => {
    link = now;
    await clock.advance(minutes * 60_000);
    return measurements.of(NAS, 0).roundTrips.map(({ rtt }) => rtt);
  };
  const answering = (rtt: number) => ({ state: 'up' as const, rtt, answeredAt: Number.MAX_SAFE_INTEGER });
  expect(await after(1, answering(2))).toEqual([2, 2]);
  expect(await after(1, { ...answering(9), answeredAt: clock.now() - 120_000 })).toEqual([2, 2]);
  expect(await after(1, { ...answering(9), state: 'doubtful' })).toEqual([2, 2]);
  expect(await after(1, { state: 'up', rtt: undefined, answeredAt: Number.MAX_SAFE_INTEGER } as never)).toEqual([2, 2]);
  expect(await after(1, undefined)).toEqual([2, 2]);
  expect(await after(57, answering(4))).toEqual(Array.from({ length: 114 }, () => 4));
  // Every ten minutes, and only what was an answer.
  expect(seen).toHaveLength(7);
  expect(await after(10, answering(5))).toHaveLength(120);
  expect(seen).toHaveLength(8);
  measurements.forget(NAS);
  expect(await after(0, undefined)).toEqual([]);
  measurements.close();
});
