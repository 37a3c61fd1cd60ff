import { describe, expect, it } from 'vitest';
import { isDialable } from '#agent/direct/index.ts';

describe('an address that a peer names', () => {
  it.each([
    '10.0.0.1:7473',
    '172.16.5.4:1',
    '192.168.1.20:65535',
    '100.64.0.1:7473', // shared: carriers, and overlay networks
    '8.8.8.8:443',
    '[fd12:3456::1]:7473',
    '[2a01:4f8::1]:7473',
    '[2A01:4F8::1]:7473',
  ])('is dialed: %s', (address) => {
    expect(isDialable(address)).toBe(true);
    expect(isDialable(address, { loopback: true })).toBe(true);
  });

  it.each([
    ['loopback', '127.0.0.1:7473'],
    ['loopback', '127.8.9.10:7473'],
    ['loopback', '[::1]:7473'],
    ['unspecified', '0.0.0.0:7473'],
    ['unspecified', '[::]:7473'],
    ['this network', '0.1.2.3:7473'],
    ['multicast', '224.0.0.251:7473'],
    ['multicast', '239.255.255.250:7473'],
    ['multicast', '[ff02::fb]:7473'],
    ['link-local', '169.254.7.8:7473'],
    ['link-local', '[fe80::1]:7473'],
    ['link-local with a zone', '[fe80::1%eth0]:7473'],
    ['site-local', '[fec0::1]:7473'],
    ['broadcast', '255.255.255.255:7473'],
    ['reserved', '250.0.0.1:7473'],
    ['documentation', '192.0.2.1:7473'],
    ['documentation', '198.51.100.1:7473'],
    ['documentation', '203.0.113.1:7473'],
    ['documentation', '[2001:db8::1]:7473'],
    ['documentation', '[3fff::1]:7473'],
    ['benchmarks', '198.18.0.1:7473'],
    ['mapped IPv4', '[::ffff:10.0.0.1]:7473'],
    ['mapped IPv4 in hexadecimal', '[::ffff:7f00:1]:7473'],
    ['IPv4-compatible', '[::10.0.0.1]:7473'],
    ['NAT64', '[64:ff9b::a00:1]:7473'],
    ['6to4', '[2002:7f00:1::1]:7473'],
    ['Teredo', '[2001::1]:7473'],
    ['discard', '[100::1]:7473'],
    ['metadata', '169.254.169.254:80'],
    ['metadata', '100.100.100.200:80'],
    ['metadata', '168.63.129.16:80'],
    ['metadata', '192.0.0.192:80'],
    ['metadata', '[fd00:ec2::254]:80'],
    ['metadata, spelled out', '[fd00:0ec2:0:0:0:0:0:254]:80'],
    ['metadata of Google', '[fd20:ce::254]:80'],
    ['metadata of Scaleway', '[fd00:42::42]:80'],
    ['metadata of Oracle', '[fd00:c1::a9fe:a9fe]:80'],
    ['metadata of Akamai', '[fd00:a9fe:a9fe::1]:80'],
    ['metadata of Alibaba', '[fd00:100::100:200]:80'],
    ['the host of a machine in Azure', '168.63.129.16:80'],
    ['metadata', '[fd20:ce::254]:80'],
    ['port 0', '10.0.0.1:0'],
    ['a port above 65535', '10.0.0.1:65536'],
    ['a port with a leading zero', '10.0.0.1:080'],
    ['no port', '10.0.0.1'],
    ['no port', '[fd00::1]'],
    ['a name', 'example.com:80'],
    ['a name', 'localhost:80'],
    ['a short form that some resolvers take', '10.1:80'],
    ['an address as one number', '167772161:80'],
    ['an octal part', '010.0.0.1:80'],
    ['a hexadecimal part', '0x0a.0.0.1:80'],
    ['IPv6 without brackets', 'fd00::1:7473'],
    ['IPv4 in brackets', '[10.0.0.1]:80'],
    ['something behind it', '10.0.0.1:80/x'],
    ['a user before it', 'a@10.0.0.1:80'],
    ['a space', ' 10.0.0.1:80'],
    ['a line end', '10.0.0.1:80\n'],
    ['nothing', ''],
    ['too long', `[${'0'.repeat(80)}::1]:80`],
  ])('is not dialed when it is %s: %s [S-LINK-11]', (_what, address) => {
    expect(isDialable(address)).toBe(false);
  });

  it('may be this machine in tests, and nothing else more', () => {
    expect(isDialable('127.0.0.1:7473', { loopback: true })).toBe(true);
    expect(isDialable('[::1]:7473', { loopback: true })).toBe(true);
    expect(isDialable('0.0.0.0:7473', { loopback: true })).toBe(false);
    expect(isDialable('169.254.169.254:80', { loopback: true })).toBe(false);
    expect(isDialable('127.0.0.1:0', { loopback: true })).toBe(false);
  });
});
