import { describe, expect, test } from 'vitest';
import { INITIAL_STATE, machineNotice, pageNotice, type AppState } from '#renderer/store/index.ts';
import { shownMachine } from '#renderer/features/machines/index.ts';
import type { PlainRelayView, UpdatesView } from '#shared/app-api/index.ts';
import { agentStatus, peer, peerId } from './agent.ts';

const OFFICE = peer({ peerId: peerId('A') });
const REMOVED = peer({ peerId: peerId('B'), forgottenAt: 5, suspendedSince: 4, unfinishedUntil: 6 });
const STATUS = agentStatus();
/** Everything at once. */
const ALL: AppState = {
  ...INITIAL_STATE,
  connection: 'lost',
  peers: [OFFICE, REMOVED],
  plainRelays: [{ terminals: 1, requests: 0 } as PlainRelayView],
  status: {
    ...STATUS,
    paused: { since: 1, until: null },
    problems: [{ code: 'store.disk-full', details: {} }],
    needsRelay: { reason: 'peers-away', since: 0, peers: [] },
  },
  updates: { state: { name: 'available', release: { version: '9.0.0' } } } as UpdatesView,
  minimised: true,
  place: { page: 'machines', machine: REMOVED.peerId },
};

describe('the one notice of a page', () => {
  test('is the weightiest; each that has gone gives way to the next', () => {
    const seen: unknown[] = [];
    let [state, machine]: [AppState, typeof REMOVED] = [ALL, REMOVED];
    const step = (part: Partial<AppState>): void => {
      seen.push(pageNotice(state, machine));
      state = { ...state, ...part };
    };
    step({ connection: 'ready' });
    step({});
    machine = OFFICE;
    step({ plainRelays: [] });
    step({ status: { ...STATUS, problems: ALL.status?.problems ?? [] } });
    step({ status: STATUS });
    step({ dismissedUpdate: 'available 9.0.0' });
    step({ minimised: false });
    expect(seen).toEqual(['lost', 'machine', 'plain-relays', 'paused', 'profile', 'update', 'minimised']);
    expect(pageNotice(state, machine)).toBeUndefined();
  });

  test('says that a relay is needed where the machines are listed, and leaves plain relays to their rows there', () => {
    const { paused: _, problems: _others, ...status } = ALL.status ?? STATUS;
    const list: AppState = { ...ALL, connection: 'ready', status, place: { page: 'machines' } };
    expect(pageNotice(list, undefined)).toBe('needs-relay');
    expect(pageNotice({ ...list, peers: [] }, undefined)).toBe('update');
    expect(pageNotice({ ...list, place: { page: 'inbox' } }, undefined)).toBe('plain-relays');
  });

  test('leaves an update to the settings, which show it themselves', () => {
    const settings: AppState = { ...INITIAL_STATE, updates: ALL.updates, place: { page: 'settings' } };
    expect(pageNotice(settings, undefined)).toBeUndefined();
  });
});

test('of a machine, its removal of this one comes first, then that by the relay, then the open pairing', () => {
  expect(machineNotice(REMOVED)).toBe('forgotten');
  expect(machineNotice({ ...REMOVED, forgottenAt: undefined })).toBe('suspended');
  expect(machineNotice({ ...REMOVED, forgottenAt: undefined, suspendedSince: undefined })).toBe('unfinished');
  expect(machineNotice(OFFICE)).toBeUndefined();
});

test('the machine whose page is shown is the chosen one; in a wide window, else the one used last', () => {
  const peers = [OFFICE, { ...REMOVED, usedAt: 7 }];
  const state: AppState = { ...INITIAL_STATE, peers, place: { page: 'machines' } };
  expect(shownMachine(state, false)).toBeUndefined();
  expect(shownMachine(state, true)?.peerId).toBe(REMOVED.peerId);
  const chosen: AppState = { ...state, place: { page: 'machines', machine: OFFICE.peerId } };
  expect(shownMachine(chosen, true)).toBe(OFFICE);
  expect(shownMachine({ ...state, place: { page: 'inbox' } }, true)).toBeUndefined();
  const unpaired = { peerId: peerId('C'), name: 'attic' };
  expect(
    shownMachine({ ...state, unpaired, place: { page: 'machines', machine: unpaired.peerId } }, true),
  ).toBeUndefined();
});
