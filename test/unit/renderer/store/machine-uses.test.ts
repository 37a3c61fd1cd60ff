import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markUsed, startStore, useApp } from '#renderer/store/index.ts';
import { createAgent, peer, peerId as idOf, resetState, untilState } from './agent.ts';

const peerId = idOf('B');
const kept = new Map<string, string>();
let stop: () => void = () => undefined;

beforeEach(() => {
  resetState();
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

/** Starts the store at an agent that records what it is told. */
async function start(fails = false): Promise<unknown[]> {
  const told: unknown[] = [];
  const tell = async (input: unknown) => {
    if (fails) throw new Error('refused');
    told.push(input);
    return {};
  };
  const { api } = createAgent({ 'peers.markUsed': tell, 'peers.setOrder': tell });
  stop = startStore(api);
  await untilState(({ connection }) => connection === 'ready');
  await vi.waitFor(() => expect([...kept.keys()].length === 0 || fails).toBe(true));
  return told;
}

describe('the machines that a person uses', () => {
  it("are known at once here, and are the agent's", async () => {
    const told = await start();
    useApp.setState({ peers: [peer({ peerId })] });
    markUsed(peerId, 1_760_000_000_000);
    expect(useApp.getState().peers[0]?.usedAt).toBe(1_760_000_000_000);
    await vi.waitFor(() => expect(told).toEqual([{ peers: [{ peer: peerId }] }]));
  });

  it('of an earlier version are handed over once, with the order', async () => {
    kept.set('machines.order', 'recent');
    kept.set('machines.used', JSON.stringify({ [peerId]: 5.4, 'not an ID': 7, ['A'.repeat(56)]: 'late' }));
    expect(await start()).toEqual([{ order: 'recent' }, { peers: [{ peer: peerId, at: 5 }] }]);
    expect(kept.size).toBe(0);
  });

  it.each(['', '[', '7', 'null', '{"a":1}'])('that cannot be read are dropped: %s', async (stored) => {
    kept.set('machines.used', stored);
    kept.set('machines.order', stored);
    expect(await start()).toEqual([]);
    expect(kept.size).toBe(0);
  });

  it('stay here while the agent does not take them', async () => {
    kept.set('machines.order', 'name');
    await start(true);
    expect(kept.get('machines.order')).toBe('name');
  });
});
