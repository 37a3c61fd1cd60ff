import { describe, expect, it } from 'vitest';
import { HOSTED_RELAY_OFF, OUTSIDE_OFF, type HostedRelay, type RelayOutside } from '#shared/app-api/index.ts';
import { relayElsewhere } from '#renderer/features/relay-reach/relay-reach.ts';

const HOME = 'wss://192.168.4.17:7474';
const OUTSIDE = 'wss://198.51.100.24:7474';

function hosted(outside: Partial<RelayOutside>): HostedRelay {
  return { ...HOSTED_RELAY_OFF, state: 'running', url: HOME, outside: { ...OUTSIDE_OFF, ...outside } };
}

describe('the relay of this machine', () => {
  const elsewhere = (outside: Partial<RelayOutside>, tested?: string, advertised?: string) =>
    relayElsewhere({ url: HOME, own: true, ...(advertised !== undefined && { advertised }) }, hosted(outside), tested);

  it.each(['off', 'mapping', 'no-router', 'refused', 'shared'] as const)(
    'is one of this network while the port outside is: %s',
    (state) => {
      expect(elsewhere({ state })).toEqual({ url: HOME, reach: 'network' });
      // A machine of this network has reached it.
      expect(elsewhere({ state }, HOME).reach).toBe('network');
    },
  );

  it('counts as reached from elsewhere only after a machine has reached that address', () => {
    const mapped = { state: 'mapped', url: OUTSIDE } as const;
    expect(elsewhere(mapped)).toEqual({ url: OUTSIDE, reach: 'untested' });
    expect(elsewhere(mapped, HOME).reach).toBe('untested');
    expect(elsewhere(mapped, OUTSIDE)).toEqual({ url: OUTSIDE, reach: 'anywhere' });
    expect(elsewhere({ state: 'off' }, undefined, 'wss://home.example.net:7474')).toEqual({
      url: 'wss://home.example.net:7474',
      reach: 'untested',
    });
  });
});

it('another relay is judged by its address', () => {
  const reach = (url: string | null) => relayElsewhere({ url }, hosted({ state: 'mapped', url: OUTSIDE }), undefined);
  expect(reach(HOME)).toEqual({ url: HOME, reach: 'network' });
  for (const url of ['wss://127.0.0.1:7474', 'ws://localhost:7474', 'wss://[::1]:7474'])
    expect(reach(url)).toEqual({ url, reach: 'here' });
  for (const url of ['wss://169.254.3.1:7474', 'wss://mira.local']) expect(reach(url).reach).toBe('network');
  for (const url of ['wss://100.64.0.7', 'wss://100.127.255.1:7474', 'wss://[fd12::7]', 'wss://[fc00::7]:7474'])
    expect(reach(url).reach).toBe('private');
  for (const url of ['wss://relay.example.net', 'wss://203.0.113.7:7474']) expect(reach(url).reach).toBe('anywhere');
  expect(reach(null).url).toBeNull();
});
