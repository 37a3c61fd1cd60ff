import { describe, expect, it } from 'vitest';
import type { AgentStatus } from '#shared/app-api/index.ts';
import { summariseConnection, countLinked } from '#renderer/app/layout/connection-summary.ts';
import { agentStatus } from '#test/unit/desktop/views.ts';

const RELAY_STATES = ['connecting', 'waiting', 'failed', 'stopped'] as const;

function stateWith(relay: Partial<AgentStatus['relay']>, linked: number): ReturnType<typeof summariseConnection> {
  return summariseConnection(agentStatus(relay), linked, null);
}

describe('the state of the connection', () => {
  it('is that of this network without a relay', () => {
    expect(stateWith({ state: 'none', url: null }, 2)).toMatchObject({
      dot: 'online',
      label: 'Online in this network',
    });
  });

  it('is not that of this network where no port is open for others', () => {
    const closed = { ...agentStatus({ state: 'none', url: null }), reach: 'none' as const };
    expect(summariseConnection(closed, 2, null)).toMatchObject({ dot: 'online', label: 'Direct links only' });
    expect(summariseConnection({ ...closed, reach: 'network' }, 2, null).label).toBe('Online in this network');
  });

  it.each(RELAY_STATES)('is never called offline while machines are linked, with a relay that is %s', (state) => {
    const shown = stateWith({ state, url: null }, 2);
    expect(shown.dot).not.toBe('offline');
    const isWanted = state === 'waiting' || state === 'failed';
    expect(shown.label).toBe(isWanted ? 'Relay away, direct works' : 'Direct links only');
    expect(shown.cause).toMatch(/^You're connected to 2 machines without the relay\. \S/);
  });

  it('asks for a look where a relay is set up and does not answer', () => {
    expect(stateWith({ state: 'waiting' }, 1).dot).toBe('waiting');
    expect(stateWith({ state: 'none', url: null }, 1).dot).toBe('online');
  });

  it('is that of the relay where nothing is linked, and where the relay is there', () => {
    expect(stateWith({ state: 'waiting' }, 0)).toMatchObject({ dot: 'offline', label: "Can't reach the relay" });
    expect(stateWith({ state: 'online' }, 3)).toMatchObject({ dot: 'online', label: 'Relay connected' });
  });
});

describe('the reach through a relay', () => {
  const labelAt = (url: string, opened = false) =>
    summariseConnection(agentStatus({ state: 'online', url }), 0, null, opened).label;

  it.each([
    'wss://127.0.0.1:7474',
    'ws://localhost:7474',
    'wss://192.168.4.17:7474',
    'wss://169.254.3.1:7474',
    'wss://mira.local',
  ])('is this network with one at %s', (url) => {
    expect(labelAt(url)).toBe('Local relay connected');
  });

  it.each(['wss://100.64.0.7', 'wss://100.127.255.1:7474', 'wss://[fd12::7]', 'wss://[fc00::7]:7474'])(
    'is a private network, which may be a VPN, with one at %s',
    (url) => {
      expect(labelAt(url)).toBe('Private relay connected');
      expect(labelAt(url, true)).toBe('Relay connected');
    },
  );

  it('is anywhere with one at a public address or name, or with a port that a router has opened', () => {
    expect(labelAt('wss://203.0.113.7:7474')).toBe('Relay connected');
    expect(labelAt('wss://relay.example.net')).toBe('Relay connected');
    expect(labelAt('wss://192.168.4.17:7474', true)).toBe('Relay connected');
  });
});

describe('linked machines', () => {
  it('are those whose link has a path', () => {
    const states = ['up', 'doubtful', 'reconnecting'] as const;
    expect(countLinked([{ link: null }, ...states.map((state) => ({ link: { state } }))])).toBe(2);
  });
});
