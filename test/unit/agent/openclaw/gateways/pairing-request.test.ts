import { beforeEach, expect, it } from 'vitest';
import { PairingRequest } from '#agent/openclaw/gateways/pairing-request.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let request: PairingRequest;

beforeEach(() => {
  clock = new FakeClock();
  request = new PairingRequest(clock);
});

it('waits for as long as it keeps its name', async () => {
  for (let count = 0; count < 100; count += 1) {
    expect(request.isRejectedBy('one')).toBe(false);
    await clock.advance(15_000);
  }
});

it('was rejected when it has another name soon after it was asked for, which is told once', async () => {
  request.isRejectedBy('one');
  await clock.advance(15_000);
  expect(request.isRejectedBy('two')).toBe(true);
  // A person has asked anew.
  expect(request.isRejectedBy('two')).toBe(false);
});

it.each([
  ['it may have lapsed meanwhile', () => clock.advance(4 * 60_000)],
  ['it was settled', () => Promise.resolve(request.forget())],
  ['it had no name in between', () => Promise.resolve(request.isRejectedBy(null))],
])('was not rejected where %s', async (_, happens) => {
  request.isRejectedBy('one');
  await happens();
  expect(request.isRejectedBy('two')).toBe(false);
});
