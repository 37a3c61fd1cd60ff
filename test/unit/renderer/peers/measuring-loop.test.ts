import { describe, expect, it } from 'vitest';
import { MEASURING_INTERVAL, MeasuringLoop } from '#renderer/features/peers/path/measuring-loop.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

type Measurement = Readonly<{ signal: AbortSignal; finish(): void; fail(): void }>;

function setup() {
  const clock = new FakeClock();
  const measurements: Measurement[] = [];
  const loop = new MeasuringLoop(
    clock,
    (signal) =>
      new Promise<void>((resolve, reject) => {
        measurements.push({ signal, finish: resolve, fail: () => reject(new Error('lost')) });
      }),
  );
  return { clock, measurements, loop };
}

describe('measuring while the path details are open', () => {
  it('begins at once and goes on after each interval', async () => {
    const { clock, measurements, loop } = setup();
    loop.setActive(true);
    expect(measurements).toHaveLength(1);
    measurements[0]?.finish();
    await clock.advance(MEASURING_INTERVAL - 1);
    expect(measurements).toHaveLength(1);
    await clock.advance(1);
    expect(measurements).toHaveLength(2);
    loop.stop();
  });

  it('runs once, however often the details are opened', async () => {
    const { clock, measurements, loop } = setup();
    loop.setActive(true);
    loop.setActive(true);
    await clock.advance(3 * MEASURING_INTERVAL);
    expect(measurements).toHaveLength(1);
    measurements[0]?.finish();
    await settle();
    loop.setActive(true);
    expect(measurements).toHaveLength(1);
    expect(clock.pending).toBe(1);
    loop.stop();
  });

  it('waits for the given time', async () => {
    const clock = new FakeClock();
    let count = 0;
    const loop = new MeasuringLoop(clock, async () => void (count += 1), 3000);
    loop.setActive(true);
    await clock.advance(9000);
    expect(count).toBe(4);
    loop.stop();
  });

  it('goes on after a measurement that failed', async () => {
    const { clock, measurements, loop } = setup();
    loop.setActive(true);
    measurements[0]?.fail();
    await clock.advance(MEASURING_INTERVAL);
    expect(measurements).toHaveLength(2);
    loop.stop();
  });

  it('cancels the measurement when the details close, and leaves no timer', async () => {
    const { clock, measurements, loop } = setup();
    loop.setActive(true);
    loop.setActive(false);
    expect(measurements[0]?.signal.aborted).toBe(true);
    measurements[0]?.finish();
    await clock.advance(2 * MEASURING_INTERVAL);
    expect(measurements).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('measures at once when the details open again', async () => {
    const { clock, measurements, loop } = setup();
    loop.setActive(true);
    measurements[0]?.finish();
    await settle();
    loop.setActive(false);
    expect(clock.pending).toBe(0);
    loop.setActive(true);
    expect(measurements).toHaveLength(2);
    expect(measurements[1]?.signal.aborted).toBe(false);
    loop.stop();
  });
});
