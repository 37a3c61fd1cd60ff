import { describe, expect, it } from 'vitest';
import { broadcastAddress } from '#node/discovery/index.ts';
import { findNetworkCards } from '#node/wake-on-lan/index.ts';
import { isCardAddress, magicPacket } from '#shared/wake-on-lan/index.ts';

const IPV4 = { address: '192.168.1.7', netmask: '255.255.255.0', family: 'IPv4', cidr: '192.168.1.7/24' } as const;
const IPV6 = { address: 'fe80::1', netmask: 'ffff::', family: 'IPv6', cidr: 'fe80::1/64', scopeid: 2 } as const;

describe('MAC addresses', () => {
  it.each(['a4:bb:6d:10:22:33', '02:00:00:00:00:01'])('%s is one of a network card', (text) => {
    expect(isCardAddress(text)).toBe(true);
  });

  it.each([
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '01:00:5e:00:00:fb',
    'A4:BB:6D:10:22:33',
    'a4-bb-6d-10-22-33',
    'a4:bb:6d:10:22',
    'a4:bb:6d:10:22:33:44',
    'a4:bb:6d:10:22:3g',
    'a4:bb:6d:10:22:33\n',
    '',
  ])('%j is none', (text) => {
    expect(isCardAddress(text)).toBe(false);
  });

  it('are those of cards that lead into a local network, each once, those with IPv4 first', () => {
    expect(
      findNetworkCards({
        lo: [{ ...IPV4, address: '127.0.0.1', mac: '00:00:00:00:00:00', internal: true }],
        docker0: [{ ...IPV4, mac: '02:42:aa:aa:aa:aa', internal: false }],
        wlan0: [{ ...IPV6, mac: 'A4:BB:6D:10:22:34', internal: false }],
        eth0: [
          { ...IPV6, mac: 'a4:bb:6d:10:22:33', internal: false },
          { ...IPV4, mac: 'a4:bb:6d:10:22:33', internal: false },
        ],
        tun0: [{ ...IPV4, mac: '00:00:00:00:00:00', internal: false }],
      }),
    ).toEqual(['a4:bb:6d:10:22:33', 'a4:bb:6d:10:22:34']);
  });
});

it('the packet is six bytes of 0xff and 16 times the address', () => {
  const packet = Buffer.from(magicPacket('a4:bb:6d:10:22:33'));
  expect(packet.length).toBe(102);
  expect(packet.toString('hex')).toBe('f'.repeat(12) + 'a4bb6d102233'.repeat(16));
});

it.each([
  ['192.168.1.7', 24, '192.168.1.255'],
  ['10.200.3.4', 8, '10.255.255.255'],
  ['172.16.5.130', 26, '172.16.5.191'],
  ['192.168.200.1', 30, '192.168.200.3'],
])('the broadcast address of %s/%i is %s', (address, prefix, expected) => {
  expect(broadcastAddress({ address, prefix })).toBe(expected);
});
