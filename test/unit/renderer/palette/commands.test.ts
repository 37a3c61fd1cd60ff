import { describe, expect, it } from 'vitest';
import { findCommands, paletteGroups } from '#renderer/features/palette/commands.ts';
import { INITIAL_STATE } from '#renderer/store/index.ts';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { peerView } from '../peers/peer.ts';

const api = { call: () => Promise.reject(new Error('nobody asked')) } as unknown as AppApiClient;
const peers = Array.from({ length: 20 }, (_, number) =>
  peerView({ peerId: String(number).padStart(56, '0'), name: `machine ${number}`, online: number > 2 }),
);
const groups = paletteGroups({ ...INITIAL_STATE, peers: [...peers, peerView({ name: 'attic-nas' })] }, api);
const labels = (query: string): readonly string[] =>
  findCommands(groups, query).flatMap(({ items }) => items.map(({ label }) => label));

describe('the palette', () => {
  it('lists a few of each kind before anything is typed, machines that are online first', () => {
    const [machines] = findCommands(groups, '');
    expect(machines?.items).toHaveLength(8);
    expect(machines?.items[0]?.label).toBe('Open a terminal on attic-nas');
    expect(machines?.items.some(({ label }) => label.endsWith('machine 0'))).toBe(false);
  });

  it('finds by part of a word, and with letters left out', () => {
    expect(labels('attic')).toEqual(['Open a terminal on attic-nas']);
    expect(labels('machine 17')[0]).toBe('Open a terminal on machine 17');
    expect(labels('sttngs')).toContain('Settings');
    expect(labels('ZZZZ')).toEqual([]);
  });

  it('gives every entry a name of its own', () => {
    const ids = groups.flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('offers to pause where the agent runs, and to resume where it is paused', () => {
    const ids = (status: unknown): readonly string[] =>
      paletteGroups({ ...INITIAL_STATE, status: status as never }, api).flatMap(({ items }) =>
        items.map(({ id }) => id),
      );
    expect(ids(undefined)).not.toContain('pause');
    expect(ids({})).toContain('pause');
    expect(ids({ paused: { until: null } })).toContain('resume');
  });
});
