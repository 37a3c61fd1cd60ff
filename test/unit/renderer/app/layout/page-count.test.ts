import { expect, it } from 'vitest';
import { pageCount } from '#renderer/app/layout/page-button.tsx';
import { INITIAL_STATE } from '#renderer/store/index.ts';
import { forwardView } from '../../forwards/view.ts';
import { peerView } from '../../peers/peer.ts';

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
