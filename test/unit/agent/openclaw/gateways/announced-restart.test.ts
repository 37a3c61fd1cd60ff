import { beforeEach, expect, it } from 'vitest';
import { AnnouncedRestart } from '#agent/openclaw/gateways/announced-restart.ts';
import { GatewayRetrySchedule, STABLE_AFTER } from '#agent/openclaw/gateways/retry-schedule.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let restart: AnnouncedRestart;
let retries: GatewayRetrySchedule;

beforeEach(() => {
  clock = new FakeClock();
  restart = new AnnouncedRestart(clock);
  retries = new GatewayRetrySchedule(() => 0.5);
});

it('is expected for a minute longer than the gateway said, or until it is back', async () => {
  expect(restart.isExpected).toBe(false);
  restart.announce(5000);
  await clock.advance(64_999);
  expect(restart.isExpected).toBe(true);
  await clock.advance(1);
  expect(restart.isExpected).toBe(false);
  restart.announce(5000);
  restart.forget();
  expect(restart.isExpected).toBe(false);
});

it('is expected for no longer than eleven minutes, whatever the gateway says', async () => {
  restart.announce(Number.MAX_SAFE_INTEGER);
  await clock.advance(11 * 60_000);
  expect(restart.isExpected).toBe(false);
});

it('is waited for as long as was announced', () => {
  restart.announce(5000);
  expect(restart.waitAfter(STABLE_AFTER, retries)).toBe(5500);
});

it('that follows each welcome at once is believed eight times, then waited for longer and longer', () => {
  restart.announce(0);
  const waits = Array.from({ length: 20 }, () => restart.waitAfter(100, retries));
  expect(new Set(waits.slice(0, 8))).toEqual(new Set([750]));
  expect(waits.at(-1)).toBe(15_000);
  // One that stayed for a while is believed again.
  expect(restart.waitAfter(STABLE_AFTER, retries)).toBe(750);
});
