import { useEffect, type ReactElement } from 'react';
import type { LinkState, PathChange, PathReason, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_STATUS, examplePeer, examplePeerId } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { applyPeer, useApp } from '../../store/index.ts';
import { PeersPage } from './peers-page.tsx';
import { RightsDialog } from './rights-dialog.tsx';

/** Every way a link can run or fail to, with what is said about it. */

const SECOND = 1000;
const NOW = Date.now();

const change = (before: number, path: PathChange['path'], reason: PathReason): PathChange => ({
  at: NOW - before * SECOND,
  path,
  reason,
});

function link(given: Partial<LinkState> = {}): LinkState {
  return {
    state: 'up',
    since: NOW - 90 * SECOND,
    retryAt: null,
    via: null,
    hops: [],
    why: null,
    history: [change(90, 'relay', 'first')],
    ...given,
  };
}

const subject = (given: Partial<PeerView>): PeerView => examplePeer({ name: 'office', ...given });

const UP_AND_DOWN: readonly PathChange[] = [
  change(4000, 'relay', 'first'),
  change(3997, 'direct', 'better'),
  change(1210, null, 'lost'),
  change(1209, 'relay', 'lost'),
  change(1150, 'direct', 'better'),
  change(900, 'relay', 'peer-moved'),
  change(880, 'direct', 'better'),
  change(60, null, 'lost'),
  change(59, 'relay', 'lost'),
];

const DIRECT = subject({
  path: 'direct',
  rtt: 1.2,
  address: '192.168.4.20:7473',
  link: link({ history: UP_AND_DOWN.slice(0, 5) }),
});
const DOUBTFUL = subject({ link: link({ state: 'doubtful', since: NOW - 1500, why: 'no-answer' }) });
const RECONNECTING = subject({
  rtt: null,
  link: link({
    state: 'reconnecting',
    since: NOW - 8 * SECOND,
    // A story may be looked at for a while.
    retryAt: NOW + 240 * SECOND,
    why: 'cooling',
    history: [...UP_AND_DOWN, change(8, null, 'lost')],
  }),
});
const TRYING = subject({ rtt: null, link: link({ state: 'reconnecting', since: NOW - 900, why: 'trying' }) });
const VIA = subject({
  path: 'via',
  rtt: 61,
  address: examplePeerId(7),
  link: link({
    via: 'attic-nas → lab',
    hops: [
      { name: 'attic-nas', rtt: 12.4, lost: false },
      { name: 'lab', rtt: 40.1, lost: false },
    ],
    why: 'no-answer',
    history: [change(9000, 'via', 'first'), change(1800, 'via', 'renewed'), change(40, 'via', 'chosen')],
  }),
});
const DIRECT_ONLY_OFFLINE = subject({
  path: 'offline',
  online: false,
  linked: false,
  rtt: null,
  address: null,
  pathMode: 'direct-only',
});

const ANSWERS: StoryAnswers = {
  'peers.list': async () => [...useApp.getState().peers],
  'peers.reconnect': async () => ({}),
  'peers.ping': async () => ({ path: 'via', address: examplePeerId(7), rtt: 61 }),
  'peers.setPathMode': async ({ peer, mode }) => {
    const before = useApp.getState().peers.find(({ peerId }) => peerId === peer) ?? examplePeer();
    const after = { ...before, pathMode: mode };
    applyPeer(after);
    return after;
  },
};

/** The explanation opened, as a press on the chip does. */
function Explained(): ReactElement {
  useEffect(() => {
    document.querySelector<HTMLElement>('[data-peer] button[aria-haspopup="dialog"]')?.click();
  }, []);
  return <PeersPage />;
}

function explained(name: string, peer: PeerView, answers: StoryAnswers = {}): Story {
  return {
    name: `paths/${name}`,
    render: () => <Explained />,
    state: { peers: [peer], roundTrips: peer.rtt === null ? {} : { [peer.peerId]: [24, 26, 23, peer.rtt] } },
    answers: { ...ANSWERS, ...answers },
  };
}

const because = (why: PathReason, given: Partial<PeerView> = {}): Story =>
  explained(`not direct: ${why}`, subject({ link: link({ why }), ...given }));

const EVERY_STATE: readonly PeerView[] = [
  DIRECT,
  { ...DIRECT, address: '203.0.113.9:7473', rtt: 38 },
  subject({ link: link({ why: 'no-answer' }) }),
  { ...VIA, link: link({ via: 'the machine in the attic, behind the chimney', why: 'no-answer' }) },
  DOUBTFUL,
  RECONNECTING,
  TRYING,
  DIRECT_ONLY_OFFLINE,
].map((peer, index): PeerView => ({
  ...peer,
  peerId: examplePeerId(index + 1),
  name: ['lan', 'far', 'relayed', 'behind', 'silent', 'broken', 'seeking', 'away'][index] ?? peer.name,
}));

export const PATHS_STORIES: readonly Story[] = [
  {
    name: 'paths/every state',
    render: () => <PeersPage />,
    state: {
      peers: EVERY_STATE,
      roundTrips: Object.fromEntries(
        EVERY_STATE.flatMap(({ peerId, rtt }) => (rtt === null ? [] : [[peerId, [rtt * 1.2, rtt, rtt * 0.9, rtt]]])),
      ),
    },
    answers: ANSWERS,
  },
  explained('direct', DIRECT),
  explained('via', VIA),
  explained('doubtful', DOUBTFUL),
  explained('reconnecting', RECONNECTING),
  explained('reconnecting now', TRYING),
  because('trying'),
  because('relay-only', { pathMode: 'relay-only' }),
  because('no-address'),
  because('no-answer'),
  because('wrong-answer'),
  because('cooling'),
  explained('direct only, offline', DIRECT_ONLY_OFFLINE),
  explained(
    'direct only, not saved',
    { ...DIRECT, pathMode: 'auto' },
    {
      'peers.setPathMode': () => Promise.reject(new ClawReachError('store.write', 'store.write')),
    },
  ),
  {
    name: 'paths/right to pass through',
    render: () => (
      <RightsDialog
        peer={subject({
          rights: {
            terminal: { decision: 'deny', expiresAt: null },
            relay: { decision: 'allow', expiresAt: NOW + 7200 * SECOND },
            forward: { decision: 'ask', expiresAt: null },
          },
        })}
        onClose={() => undefined}
      />
    ),
    state: { peers: [DIRECT], status: EXAMPLE_STATUS },
    answers: ANSWERS,
  },
];
