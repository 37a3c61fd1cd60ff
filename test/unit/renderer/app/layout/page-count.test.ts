import { expect, it } from 'vitest';
import { pageCount } from '#renderer/app/layout/page-button.tsx';
import { forwardsOn, hasPage, INITIAL_STATE, machineOfForward, pagesHere } from '#renderer/store/index.ts';
import { forwardView } from '../../forwards/view.ts';
import { peerView } from '../../peers/peer.ts';
import { plainAgent } from '#test/support/app-views.ts';

const FORWARDS = [
  forwardView({ id: 'a', state: 'ready' }),
  forwardView({ id: 'b', state: 'failed', problem: { code: 'forward.no-peer', details: {}, at: 0 } }),
  forwardView({ id: 'c', state: 'off' }),
];

it('forwards that are switched on are counted, unless their machine was removed', () => {
  const peers = [peerView({ peerId: '0'.repeat(56) })];
  expect(pageCount('forwards', { ...INITIAL_STATE, forwards: FORWARDS, peers })).toBe(2);
  expect(pageCount('forwards', { ...INITIAL_STATE, forwards: FORWARDS, peers: [peerView()] })).toBe(0);
});

it('every figure counts a forward once: a folder here counts, and one shared with a machine belongs to it', () => {
  const folder = {
    kind: 'folder',
    name: 'f',
    enabled: true,
    listen: { host: '127.0.0.1', port: 8000 },
    path: '/a',
  } as const;
  const office = '0'.repeat(56);
  const here = forwardView({ id: 'd', state: 'failed' }, folder);
  const there = forwardView({ id: 'e', state: 'waiting' }, { ...folder, peer: office });
  const all = [...FORWARDS, here, there];
  const ids = (peers: readonly string[]) =>
    forwardsOn(
      all,
      peers.map((peerId) => ({ peerId })),
    ).map(({ id }) => id);
  expect(ids([office])).toEqual(['a', 'b', 'd', 'e']);
  expect(ids([])).toEqual(['d']);
  expect([here, there].map(machineOfForward)).toEqual([undefined, office]);
});

it('messages that wait for the person are counted: unread ones to them, and held ones to any agent', () => {
  const agent = { ...plainAgent('coder'), waiting: 7, held: 2 };
  const me = { ...agent, name: 'me', builtIn: true, waiting: 3, held: 0 };
  expect(pageCount('messages', { ...INITIAL_STATE, agents: [me, agent] })).toBe(5);
});

it('messages are listed once there is an agent beside the person or a message, and while their page is open', () => {
  const me = plainAgent('me');
  const lists = (state: Partial<typeof INITIAL_STATE>): boolean =>
    pagesHere({ ...INITIAL_STATE, agents: [me], ...state }).includes('messages');
  expect(lists({ conversations: [] })).toBe(false);
  expect(lists({ agents: [me, { ...me, name: 'coder', builtIn: false }] })).toBe(true);
  expect(lists({ place: { page: 'messages' } })).toBe(true);
  expect(hasPage({ ...INITIAL_STATE, facts: { without: ['messages'] } as never }, 'messages')).toBe(false);
});
