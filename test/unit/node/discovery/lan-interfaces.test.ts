import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { findLanInterfaces, isNeighbour } from '#node/discovery/index.ts';

function four(cidr: string, internal = false): NetworkInterfaceInfo {
  const [address = ''] = cidr.split('/');
  return { address, netmask: '', family: 'IPv4', mac: '', internal, cidr };
}

test('devices are looked for in private networks alone: not at public addresses, in tunnels, or inside this machine [S-LAN-2]', () => {
  const found = findLanInterfaces({
    lo: [four('127.0.0.1/8', true)],
    eth0: [four('192.168.4.17/24')],
    wlan0: [four('10.1.2.3/16')],
    eth1: [four('203.0.113.9/24')],
    eth2: [four('100.64.0.9/10')],
    eth3: [four('169.254.3.4/16')],
    docker0: [four('172.17.0.1/16')],
    wg0: [four('10.9.0.2/24')],
    tun0: [four('10.8.0.2/24')],
    utun4: [four('10.7.0.2/24')],
    eth4: [four('172.16.9.1/32')],
  });
  expect(found).toEqual([
    { name: 'eth0', address: '192.168.4.17', prefix: 24 },
    { name: 'wlan0', address: '10.1.2.3', prefix: 16 },
  ]);
});

test.each([
  ['192.168.4.1', true],
  ['192.168.4.254', true],
  ['192.168.4.17', false],
  ['192.168.4.0', false],
  ['192.168.4.255', false],
  ['192.168.5.1', false],
  ['8.8.8.8', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['fe80::1', false],
  ['192.168.4.1%eth0', false],
  ['192.168.4.01', false],
  ['', false],
])('%s is a neighbour of 192.168.4.17/24: %s [S-LAN-2]', (address, neighbour) => {
  expect(isNeighbour(address, { address: '192.168.4.17', prefix: 24 })).toBe(neighbour);
});
