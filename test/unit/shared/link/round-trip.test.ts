import { expect, it } from 'vitest';
import { RoundTrip } from '#shared/link/paths/round-trip.ts';

it('one late answer, such as after sleep, leaves the round trip with the second answer after it', () => {
  const roundTrip = new RoundTrip();
  for (let sample = 0; sample < 10; sample += 1) roundTrip.add(20);
  roundTrip.add(30_000);
  roundTrip.add(21);
  roundTrip.add(22);
  expect(roundTrip.smoothed).toBeLessThanOrEqual(22);
  expect(roundTrip.least).toBe(20);
});
