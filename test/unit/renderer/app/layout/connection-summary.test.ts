import { describe, expect, it } from 'vitest';
import type { AgentStatus } from '#shared/app-api/index.ts';
import { summariseConnection, countLinked } from '#renderer/app/layout/connection-summary.ts';
import { changeLanguage } from '#renderer/locale/index.ts';
import { agentStatus } from '#test/unit/desktop/views.ts';

const RELAY_STATES = ['connecting', 'waiting', 'failed', 'stopped'] as const;

function stateWith(relay: Partial<AgentStatus['relay']>, linked: number): ReturnType<typeof summariseConnection> {
  return summariseConnection(agentStatus(relay), linked, null);
}

describe('the state of the connection', () => {
  it('is that of this network without a relay', () => {
    expect(stateWith({ state: 'none', url: null }, 2)).toMatchObject({
      dot: 'online',
      label: 'Online without relay',
    });
  });

  it('is not that of this network where no port is open for others', () => {
    const closed = { ...agentStatus({ state: 'none', url: null }), reach: 'none' as const };
    expect(summariseConnection(closed, 2, null)).toMatchObject({ dot: 'online', label: 'Connects out only' });
    expect(summariseConnection({ ...closed, reach: 'network' }, 2, null).label).toBe('Online without relay');
  });

  it.each(RELAY_STATES)('is never called offline while machines are linked, with a relay that is %s', (state) => {
    const shown = stateWith({ state, url: null }, 2);
    expect(shown.dot).not.toBe('offline');
    const isWanted = state === 'waiting' || state === 'failed';
    expect(shown.label).toBe(isWanted ? 'No relay, direct only' : 'Connected without relay');
    expect(shown.cause).toMatch(/^You're connected to 2 machines without the relay\. \S/);
  });

  it('asks for a look where a relay is set up and does not answer', () => {
    expect(stateWith({ state: 'waiting' }, 1).dot).toBe('waiting');
    expect(stateWith({ state: 'none', url: null }, 1).dot).toBe('online');
  });

  it('has no space between its Chinese sentences', async () => {
    await changeLanguage('zh');
    const { cause } = stateWith({ state: 'stopped' }, 2);
    await changeLanguage('en');
    expect(cause).toMatch(/^已连接 2 台设备，未使用中继。\S/);
  });

  it('is that of the relay where nothing is linked, and where the relay is there', () => {
    expect(stateWith({ state: 'waiting' }, 0)).toMatchObject({ dot: 'offline', label: "Can't reach the relay" });
    expect(stateWith({ state: 'online' }, 3)).toMatchObject({ dot: 'online', label: 'Relay connected' });
  });
});

describe('the reach through a relay', () => {
  it.each([
    ['here', 'Relay, this machine only'],
    ['network', 'Relay, this network only'],
    ['private', 'Private relay connected'],
    ['anywhere', 'Relay connected'],
  ] as const)('that works %s is called %j', (reach, label) => {
    expect(summariseConnection(agentStatus({ state: 'online' }), 0, null, reach)).toMatchObject({
      dot: 'online',
      label,
      cause: expect.stringMatching(/^Connected to [^ ]+\.$/),
    });
  });

  it('names the relay of this application apart from one on a server', () => {
    const { label } = summariseConnection(agentStatus({ state: 'online', own: true }), 0, null, 'network');
    expect(label).toBe('Relay here, this network only');
  });

  it('is no more than what is known while no machine elsewhere has tested it', () => {
    const { label, cause } = summariseConnection(agentStatus({ state: 'online' }), 0, null, 'untested');
    expect(label).toBe('Relay here, not tested');
    expect(cause).toMatch(/No machine outside this network has tested/);
  });
});

describe('linked machines', () => {
  it('are those whose link has a path', () => {
    const states = ['up', 'doubtful', 'reconnecting'] as const;
    expect(countLinked([{ link: null }, ...states.map((state) => ({ link: { state } }))])).toBe(2);
  });
});
