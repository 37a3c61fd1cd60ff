import { expect, it } from 'vitest';
import { addressGroup } from '#shared/forward/index.ts';

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['2a00:1:2:3:4:5:6:7', '2a00:1:2:3::/64'],
  ['2a00:0001:2:03:4:5:6:7', '2a00:1:2:3::/64'],
  ['2a00:1:2:3::9', '2a00:1:2:3::/64'],
  ['2a00::9', '2a00:0:0:0::/64'],
  ['2a00:1::2:3:4:5:6', '2a00:1:0:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['2a00:1:2:3:4:5:6::', '2a00:1:2:3::/64'],
])('the address %s counts for %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
