import { describe, expect, test } from 'vitest';
import { outsideUrl, portOf, addressScope } from '../../../../src-renderer/features/relay-reach/address-scope.ts';

describe('the address of a relay', () => {
  test.each([
    ['wss://127.0.0.1:7474', 'here'],
    ['wss://[::1]:7474', 'here'],
    ['wss://192.168.4.17:7474', 'lan'],
    ['wss://10.1.2.3:7474', 'lan'],
    ['wss://172.31.0.1:7474', 'lan'],
    ['wss://172.32.0.1:7474', 'public'],
    ['wss://mira-laptop.local:7474', 'lan'],
    ['wss://100.64.0.7:7474', 'shared'],
    ['wss://[fd12::7]:7474', 'shared'],
    ['wss://[2a01:4f8::7]:7474', 'public'],
    ['wss://203.0.113.7:7474', 'public'],
    ['wss://relay.example.net', 'name'],
  ] as const)('%s is reached by: %s', (url, reach) => {
    expect(addressScope(url)).toBe(reach);
  });

  test.each([
    ['home.example.net', 'wss://home.example.net:7474'],
    [' 203.0.113.7 ', 'wss://203.0.113.7:7474'],
    ['home.example.net:443', 'wss://home.example.net:443'],
    ['[2a01:4f8::7]', 'wss://[2a01:4f8::7]:7474'],
    ['home', undefined],
    ['https://home.example.net', undefined],
    ['home.example.net/path', undefined],
    ['a b.example', undefined],
    ['evil@home.example.net', undefined],
    ['home.example.net:999999', undefined],
  ])('from outside, typed as “%s”, is %s', (typed, url) => {
    expect(outsideUrl(typed, '7474')).toBe(url);
  });

  test('has a port for the router', () => {
    expect([portOf('wss://192.168.4.17:7474'), portOf('wss://relay.example.net')]).toEqual(['7474', '443']);
  });
});
