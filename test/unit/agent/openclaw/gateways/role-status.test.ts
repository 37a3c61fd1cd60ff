import { beforeEach, expect, it } from 'vitest';
import { RoleStatus } from '#agent/openclaw/gateways/role-link.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let status: RoleStatus;
let told: string[];

beforeEach(() => {
  clock = new FakeClock(1000);
  told = [];
  status = new RoleStatus({
    clock,
    onChange: () => told.push('changed'),
    onProblem: ({ code }, state) => told.push(`${state} ${code}`),
  });
});

it('tells of each problem once, with the state in which it is shown', () => {
  status.fail('gateway.lost', {});
  expect(told).toEqual([]);
  status.show('waiting');
  status.show('waiting');
  status.fail('gateway.lost', {});
  status.show('stopped');
  expect(told).toEqual(['waiting gateway.lost', 'changed', 'changed', 'stopped gateway.lost', 'changed']);
});

it('has been in a state since that began, not since it was last shown', async () => {
  status.show('connecting');
  await clock.advance(10);
  status.show('connecting');
  expect(status.view).toMatchObject({ state: 'connecting', since: 1000 });
  status.show('connected');
  expect(status.view).toMatchObject({ state: 'connected', since: 1010 });
});

it('names a request only while it waits for pairing, and nothing once all is in order', () => {
  status.setRequest('r'.repeat(200));
  status.fail('gateway.pairing', { reason: 'not-paired' });
  status.show('waiting');
  expect(status.view.requestId).toBeNull();
  status.show('pairing');
  expect(status.view).toMatchObject({ requestId: 'r'.repeat(128), problem: { code: 'gateway.pairing', at: 1000 } });
  status.clear();
  status.show('pairing');
  expect(status.view).toMatchObject({ requestId: null, problem: null });
});
