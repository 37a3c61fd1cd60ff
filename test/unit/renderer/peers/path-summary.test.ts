import { describe, expect, it } from 'vitest';
import { isLocalAddress, pathSummary } from '#renderer/features/peers/path/path-summary.ts';

describe('how a peer is reached', () => {
  it('depends on the path, and for a direct one on whether its address is local', () => {
    expect(pathSummary({ path: 'offline', address: null })).toBe('offline');
    expect(pathSummary({ path: 'relay', address: '192.168.1.2:7474' })).toBe('relay');
    expect(pathSummary({ path: 'direct', address: '192.168.1.2:41712' })).toBe('direct-lan');
    expect(pathSummary({ path: 'direct', address: '203.0.113.9:41712' })).toBe('direct');
    expect(pathSummary({ path: 'direct', address: null })).toBe('direct');
  });

  it.each([
    '10.0.0.1:1',
    '127.0.0.1:1',
    '172.16.0.1:1',
    '172.31.255.254:1',
    '192.168.0.1:1',
    '169.254.1.1:1',
    '[::1]:1',
    '[fe80::1]:1',
    '[FEBF::1]:1',
    '[fd12:3456::1]:1',
    '[::ffff:192.168.0.1]:1',
  ])('counts %s as local', (address) => {
    expect(isLocalAddress(address)).toBe(true);
  });

  it.each([
    '11.0.0.1:1',
    '172.15.0.1:1',
    '172.32.0.1:1',
    '192.169.0.1:1',
    '169.253.1.1:1',
    '[2001:db8::1]:1',
    '[fec0::1]:1',
    '[::ffff:8.8.8.8]:1',
    'relay.example.net:7474',
    '10.example.net:443',
    'fd00.example.net:443',
    '',
  ])('does not count %j as local', (address) => {
    expect(isLocalAddress(address)).toBe(false);
  });
});
