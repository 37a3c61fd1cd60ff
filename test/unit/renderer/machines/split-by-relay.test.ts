import { expect, test } from 'vitest';
import type { PeerView } from '#shared/app-api/index.ts';
import { splitByRelay } from '#renderer/features/machines/outage/split-by-relay.ts';

const machine = (name: string, more: Partial<PeerView> = {}): PeerView =>
  ({ name, online: false, path: 'offline', link: null, pathMode: 'auto', ...more }) as PeerView;

test('a machine that has removed this one, and a blocked one, neither wait for the relay nor stay linked', () => {
  const linked = { online: true, path: 'direct' } as const;
  const { linked: stays, waiting } = splitByRelay([
    machine('office'),
    machine('laptop', { forgottenAt: 5 }),
    machine('seen in this network', { ...linked, forgottenAt: 5 }),
    machine('blocked', { suspendedSince: 5 }),
    machine('server', linked),
    machine('here only', { pathMode: 'direct-only' }),
  ]);
  expect(waiting.map(({ name }) => name)).toEqual(['office']);
  expect(stays.map(({ name }) => name)).toEqual(['server']);
});
