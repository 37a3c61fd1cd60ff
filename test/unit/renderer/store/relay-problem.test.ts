import { expect, test } from 'vitest';
import { HOSTED_RELAY_OFF, type HostedRelay, type RelayStatus } from '#shared/app-api/index.ts';
import { visibleRelayProblem } from '#renderer/store/relay-problem.ts';
import { EXAMPLE_FACTS, EXAMPLE_STATUS } from '#renderer/stories/examples/index.ts';

const tell = (
  problem: string | null,
  hosted: HostedRelay['state'] | undefined,
  relay: RelayStatus['state'],
  { own = false, canHostRelay = true } = {},
) =>
  visibleRelayProblem(problem, {
    facts: { ...EXAMPLE_FACTS, canHostRelay },
    hostedRelay: hosted === undefined ? undefined : { ...HOSTED_RELAY_OFF, state: hosted },
    status: { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, state: relay, ...(own && { own: true as const }) } },
  });

test.each(['relay.hosted-off', 'relay.hosted-off-before'])(
  '%s is told, but not while the application starts that relay and the agent goes to it',
  (problem) => {
    expect(tell(problem, undefined, 'waiting')).toBe(problem);
    expect(tell(problem, 'off', 'connecting')).toBe(problem);
    expect(tell(problem, 'failed', 'waiting')).toBe(problem);
    expect(tell(problem, 'running', 'waiting')).toBe(problem);
    expect(tell(problem, 'starting', 'waiting')).toBeNull();
    expect(tell(problem, 'running', 'connecting')).toBeNull();
  },
);

test('any other problem is reported whatever the application does', () => {
  expect(tell('relay.pin-mismatch', 'starting', 'waiting')).toBe('relay.pin-mismatch');
  expect(tell(null, 'running', 'online')).toBeNull();
});

test('a relay here that the person has stopped is called that, whatever the agent has found', () => {
  const own = { own: true };
  for (const problem of ['relay.shutdown', 'relay.restarting', 'relay.connection-refused', 'relay.hosted-off', null])
    for (const state of ['waiting', 'connecting'] as const)
      expect(tell(problem, 'off', state, own)).toBe('relay.hosted-stopped');
  expect(tell(null, 'off', 'online', own)).toBeNull();
  // It is being started, failed by itself, is another one, or isn't this window's to start.
  expect(tell('relay.shutdown', 'starting', 'waiting', own)).toBe('relay.shutdown');
  expect(tell('relay.shutdown', 'failed', 'waiting', own)).toBe('relay.shutdown');
  expect(tell('relay.shutdown', 'off', 'waiting')).toBe('relay.shutdown');
  expect(tell('relay.hosted-off', 'off', 'waiting', { own: true, canHostRelay: false })).toBe('relay.hosted-off');
});
