import { describe, expect, it } from 'vitest';
import { addressGroup, formatAddress, plainHost } from '../../../../../src-node/sockets/direct/direct-address.ts';

describe('an address of a connection', () => {
  it('is written with brackets where it needs them', () => {
    expect(formatAddress({ host: '10.0.0.1', port: 1 })).toBe('10.0.0.1:1');
    expect(formatAddress({ host: 'fd00::1', port: 65_535 })).toBe('[fd00::1]:65535');
  });

  it('is IPv4 when a dual-stack socket shows it in IPv6', () => {
    expect(plainHost('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(plainHost('::ffff:a00:1')).toBe('::ffff:a00:1');
    expect(plainHost('2a00::1')).toBe('2a00::1');
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2a00:1:2:3:4:5:6:7', '2a00:1:2:3'],
    ['2a00:1:2:3::9', '2a00:1:2:3'],
    ['2a00::9', '2a00:0:0:0'],
    ['2a00:1::2:3:4:5:6', '2a00:1:0:2'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['2a00:1:2:3:4:5:6::', '2a00:1:2:3'],
  ])('%s counts for %s', (host, group) => {
    expect(addressGroup(host)).toBe(group);
  });
});
