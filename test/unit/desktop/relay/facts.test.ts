import { describe, expect, it } from 'vitest';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { reachableAddresses, relayUrl } from '../../../../src-main/desktop/relay/addresses.ts';
import { parseStartupBanner } from '../../../../src-main/desktop/relay/startup-banner.ts';

const address = (text: string, internal = false) => ({
  address: text,
  internal,
  family: text.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
  netmask: '',
  mac: '',
  cidr: null,
  ...(text.includes(':') ? { scopeid: 0 } : {}),
});

describe('addresses of this machine', () => {
  it('are those that others can dial, IPv4 first, each once', () => {
    const interfaces = {
      lo: [address('127.0.0.1', true), address('::1', true)],
      eth0: [address('2001:db8::2'), address('fe80::1'), address('192.0.2.2')],
      eth1: [address('169.254.7.7'), address('192.0.2.2'), address('198.51.100.9')],
    } as Parameters<typeof reachableAddresses>[0];
    expect(reachableAddresses(interfaces)).toEqual(['192.0.2.2', '198.51.100.9', '2001:db8::2']);
  });

  it('are written as a URL needs them', () => {
    expect([relayUrl('192.0.2.2', 7474), relayUrl('2001:db8::2', 1)]).toEqual([
      'wss://192.0.2.2:7474',
      'wss://[2001:db8::2]:1',
    ]);
  });
});

describe('the greeting of a relay', () => {
  const LINES = [
    'listening on :7474',
    `tls pin         ${'0f'.repeat(32)}`,
    'admission token abcd-1234',
    'data            /d',
  ];

  it('is read when all of it is there', () => {
    expect(parseStartupBanner(LINES)).toEqual({ port: 7474, pin: '0f'.repeat(32), admission: 'abcd-1234' });
    const grouped = LINES.map((line) => line.replace('0f'.repeat(32), formatPin('0f'.repeat(32))));
    expect(parseStartupBanner(grouped)).toMatchObject({ pin: '0f'.repeat(32) });
    for (const missing of LINES) expect(parseStartupBanner(LINES.filter((line) => line !== missing))).toBeUndefined();
  });
});
