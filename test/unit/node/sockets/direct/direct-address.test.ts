import { describe, expect, it } from 'vitest';
import { formatAddress } from '#shared/direct/index.ts';
import { plainHost } from '../../../../../src-node/sockets/direct/direct-address.ts';

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
});
