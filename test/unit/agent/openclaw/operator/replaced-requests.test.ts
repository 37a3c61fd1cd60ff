import { beforeEach, expect, it } from 'vitest';
import { ReplacedRequests } from '#agent/openclaw/operator/replaced-requests.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let replaced: ReplacedRequests;

beforeEach(() => {
  clock = new FakeClock();
  replaced = new ReplacedRequests(clock);
});

it('knows for five seconds that a new request of a device is in the place of one that seemed refused, and says so once', async () => {
  replaced.refused('device', 'd1', 'first');
  await clock.advance(5000);
  expect(replaced.replacedBy('device', 'd1')).toBe('first');
  expect(replaced.replacedBy('device', 'd1')).toBeUndefined();
});

it.each([
  ['of another device', 'device', 'd2', 0],
  ['of the same device as another kind', 'node', 'd1', 0],
  ['that comes later', 'device', 'd1', 5001],
] as const)('takes no request %s for one', async (_, kind, deviceId, later) => {
  replaced.refused('device', 'd1', 'first');
  await clock.advance(later);
  expect(replaced.replacedBy(kind, deviceId)).toBeUndefined();
});
