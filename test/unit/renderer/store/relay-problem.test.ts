import { expect, test } from 'vitest';
import { HOSTED_RELAY_OFF, type HostedRelay, type RelayStatus } from '#shared/app-api/index.ts';
import { visibleRelayProblem } from '#renderer/store/relay-problem.ts';
import { EXAMPLE_STATUS } from '#renderer/stories/examples/index.ts';

const tell = (problem: string | null, hosted: HostedRelay['state'] | undefined, relay: RelayStatus['state']) =>
  visibleRelayProblem(problem, {
    hostedRelay: hosted === undefined ? undefined : { ...HOSTED_RELAY_OFF, state: hosted },
    status: { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, state: relay } },
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
