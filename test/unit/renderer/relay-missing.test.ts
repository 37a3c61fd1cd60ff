import { describe, expect, it } from 'vitest';
import type { PeerView, RelayStatus } from '#shared/app-api/index.ts';
import { missesRelay, relayCommand } from '../../../src-renderer/features/relay-servers/relay-missing.tsx';

const RELAY: RelayStatus = {
  url: 'wss://198.51.100.7:7474',
  state: 'online',
  problem: null,
  retryAt: null,
  secure: true,
  keyId: null,
};
const NEARBY = {
  linked: true,
  path: 'direct',
  pathMode: 'auto',
  pathVia: [] as PeerView['pathVia'],
  address: '192.168.1.9:7474',
  link: { hops: [], history: [] } as unknown,
} as PeerView;

describe('a machine that does not use the relay', () => {
  it('is linked directly and not listed there, while this machine is connected to it', () => {
    expect(missesRelay(NEARBY, RELAY)).toBe(true);
    expect(missesRelay({ ...NEARBY, atRelay: true }, RELAY)).toBe(false);
    expect(missesRelay({ ...NEARBY, linked: false }, RELAY)).toBe(false);
    expect(missesRelay({ ...NEARBY, address: '203.0.113.84:41712' }, RELAY)).toBe(false);
    expect(missesRelay({ ...NEARBY, path: 'relay' }, RELAY)).toBe(false);
    expect(missesRelay({ ...NEARBY, pathMode: 'direct-only' }, RELAY)).toBe(false);
    const pairing = { words: ['a', 'b', 'c', 'd'], compared: false, pending: {} };
    expect(missesRelay({ ...NEARBY, pairing }, RELAY)).toBe(false);
    expect(missesRelay({ ...NEARBY, suspendedSince: 1 }, RELAY)).toBe(false);
    expect(missesRelay(NEARBY, { ...RELAY, state: 'waiting' })).toBe(false);
    expect(missesRelay(NEARBY, undefined)).toBe(false);
  });

  it('gets it by a command with the pin of its own certificate and its address for others', () => {
    expect(relayCommand(RELAY)).toBe('clawreach config relay wss://198.51.100.7:7474');
    const pin = 'ab'.repeat(32);
    expect(relayCommand({ ...RELAY, pin })).toBe(
      `clawreach config relay wss://198.51.100.7:7474 --pin ${Array(16).fill('abab').join('-')}`,
    );
    const own = { ...RELAY, url: 'wss://127.0.0.1:7474' };
    expect(relayCommand(own)).toBeUndefined();
    expect(relayCommand({ ...own, advertised: 'wss://home.example' })).toBe(
      'clawreach config relay wss://home.example',
    );
    expect(relayCommand({ ...RELAY, url: 'ws://10.0.0.2:7474', secure: false })).toBe(
      'clawreach config relay ws://10.0.0.2:7474 --insecure',
    );
  });
});
