import { expect, it } from 'vitest';
import { isStopped, unitOf } from '../../../../src-relay/command/systemd-job.ts';

const UNIT = 'clawreach-relay.service';

it.each([
  ['0::/system.slice/clawreach-relay.service\n', UNIT],
  ['12:pids:/a.service\n1:name=systemd:/system.slice/clawreach-relay.service\n0::/system.slice/other\n', UNIT],
  ['0::/machine.slice/box.scope\n', undefined],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/clawreach-relay.service\n', undefined],
  ['', undefined],
])('reads the service of a process: %j', (cgroup, unit) => {
  expect(unitOf(cgroup)).toBe(unit);
});

// As systemd 252 prints them.
it.each([
  ['201 clawreach-relay.service stop running\n', true],
  [' 7 apt-daily.service start waiting\n201 clawreach-relay.service stop running\n', true],
  ['101 clawreach-relay.service restart running\n', false],
  ['201 other-clawreach-relay.service stop running\n', false],
  ['', false],
  ['201 clawreach-relay.service stop running\n9 shutdown.target start waiting\n', false],
])('tells a stop from a restart and a shutdown: %j', (jobs, expected) => {
  expect(isStopped(UNIT, jobs)).toBe(expected);
});
