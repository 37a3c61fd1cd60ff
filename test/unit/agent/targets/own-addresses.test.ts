import { expect, it } from 'vitest';
import { LocalAddresses } from '#agent/targets/index.ts';
import { parseIp } from '#shared/forward/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

it('the interfaces are listed once a second at most, however many checks there are, and a change is seen then [S-TARGET-4]', async () => {
  const clock = new FakeClock();
  let listed = 0;
  let now = ['192.168.7.7'];
  const own = new LocalAddresses({
    clock,
    hostName: 'office',
    list: () => {
      listed += 1;
      return now;
    },
  });
  const has = (text: string): boolean => {
    const address = parseIp(text);
    return address !== undefined && own.has(address);
  };
  for (let count = 0; count < 1000; count += 1) expect(has('10.1.2.3')).toBe(false);
  now = ['10.1.2.3', 'fe80::1%eth0'];
  expect([listed, has('192.168.7.7')]).toEqual([1, true]);
  await clock.advance(1000);
  expect([has('192.168.7.7'), has('10.1.2.3'), has('fe80::1'), listed]).toEqual([false, true, true, 2]);
});

it.each(['192.168.7.7', '', 'not a name', '-'])('a host name that is no name, %j, is none', (hostName) => {
  const own = new LocalAddresses({ clock: new FakeClock(), hostName, list: () => [] });
  expect([own.isName(hostName), own.isName(''), own.isName('local'), own.isName('localhost')]).toEqual([
    false,
    false,
    false,
    true,
  ]);
});
