import { useEffect, type ReactElement } from 'react';
import type { LinkState, PathChange, PathReason, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_STATUS, examplePeer, examplePeerId } from '../../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../../stories/index.ts';
import { applyPeer, useApp } from '../../../store/index.ts';
import { MachinesPage } from '../../machines/index.ts';

/**
 * Stories of every path and problem of a link.
 *
 * One second, ms.
 */

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
const DOUBTFUL = subject({
  link: link({ state: 'doubtful', since: NOW - 1500, why: 'no-answer' }),
  tried: {
    at: NOW - 40 * SECOND,
    addresses: [
      { address: '192.168.4.20:7473', outcome: 'unreachable' },
      { address: '[2001:db8:4711:1:94c3:11ff:fe02:9a01]:7473', outcome: 'no-answer' },
      { address: '10.0.0.20:7473', outcome: 'wrong-answer' },
    ],
  },
});
const RECONNECTING = subject({
  rtt: null,
  link: link({
    state: 'reconnecting',
    since: NOW - 8 * SECOND,
    // The story may stay open for some minutes.
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
const THROUGH = {
  pathVia: [
    { peerId: examplePeerId(7), name: 'attic-nas' },
    { peerId: examplePeerId(3), name: 'lab' },
  ],
};
const CHOSEN = { ...VIA, ...THROUGH, link: link({ ...VIA.link, why: 'chosen' }) };
/** The second hop is offline. */
const HOP_LOST = subject({
  ...THROUGH,
  path: 'offline',
  rtt: null,
  address: null,
  link: link({
    state: 'reconnecting',
    retryAt: NOW + 240 * SECOND,
    why: 'chosen',
    hops: [
      { name: 'attic-nas', rtt: 12.4, lost: false },
      { name: 'lab', rtt: null, lost: true },
    ],
  }),
});
const OTHERS: readonly PeerView[] = [
  examplePeer({ peerId: examplePeerId(7), name: 'attic-nas' }),
  examplePeer({ peerId: examplePeerId(3), name: 'lab', online: false, path: 'offline' }),
  examplePeer({ peerId: examplePeerId(5), name: 'colo', ...THROUGH }),
  examplePeer({ peerId: examplePeerId(9), name: 'build-server' }),
];

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
  'peers.ping': async ({ peer }) => {
    const via = useApp.getState().peers.find(({ peerId }) => peerId === peer)?.pathVia ?? [];
    const hops = via.map(({ name }, index) => ({ name, rtt: 12.4 * (index + 1), lost: false }));
    return { path: 'via', address: examplePeerId(7), rtt: 61, hops };
  },
  'peers.setPathMode': async ({ peer, mode, via = [] }) => {
    const { peers } = useApp.getState();
    const before = peers.find(({ peerId }) => peerId === peer) ?? examplePeer();
    const after = {
      ...before,
      pathMode: mode,
      pathVia: [via].flat().map((id) => ({ peerId: id, name: peers.find(({ peerId }) => peerId === id)?.name ?? id })),
      ...(via.length > 0 && { link: null }),
    };
    applyPeer(after);
    return after;
  },
};

/** Opens the section Route of the machine's page, as a press on *Change* does; for a target, also the choice of hops. */
function Explained({ target }: Readonly<{ target?: PeerView }>): ReactElement {
  useEffect(() => {
    document.querySelector<HTMLElement>('dl button[aria-expanded="false"]')?.click();
    if (target === undefined) return undefined;
    const frame = requestAnimationFrame(() => {
      const radios = document.querySelectorAll<HTMLInputElement>('section input[type="radio"]');
      const last = radios.item(radios.length - 1);
      last.click();
      last.scrollIntoView({ block: 'start' });
    });
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return <MachinesPage />;
}

function explained(name: string, peer: PeerView, answers: StoryAnswers = {}): Story {
  return {
    name: `paths/${name}`,
    frame: 'none',
    render: () => <Explained />,
    state: {
      place: { page: 'machines', machine: peer.peerId },
      status: EXAMPLE_STATUS,
      peers: [peer],
      roundTrips: peer.rtt === null ? {} : { [peer.peerId]: [24, 26, 23, peer.rtt] },
    },
    answers: { ...ANSWERS, ...answers },
  };
}

/** Story of choosing hops. */
function hops(name: string, peer: PeerView, answers: StoryAnswers = {}): Story {
  const story = explained(name, peer, answers);
  return { ...story, render: () => <Explained target={peer} />, state: { ...story.state, peers: [peer, ...OTHERS] } };
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
    frame: 'none',
    render: () => <MachinesPage />,
    state: {
      peers: EVERY_STATE,
      roundTrips: Object.fromEntries(
        EVERY_STATE.flatMap(({ peerId, rtt }) => (rtt === null ? [] : [[peerId, [rtt * 1.2, rtt, rtt * 0.9, rtt]]])),
      ),
    },
    answers: ANSWERS,
  },
  explained('direct', DIRECT),
  explained('direct over UDP', {
    ...DIRECT,
    address: '203.0.113.9:41000',
    rtt: 31,
    link: link({
      why: null,
      udp: true,
      times: { udp: 30.8, relay: 84 },
      history: [change(4000, 'relay', 'first'), change(3997, 'direct', 'faster')],
    }),
  }),
  explained(
    'over UDP slower than the relay',
    subject({
      rtt: 19,
      link: link({
        why: 'no-answer',
        whyNotUdp: 'slower',
        times: { udp: 96, relay: 18.4 },
        history: [change(4000, 'relay', 'first'), change(3997, 'direct', 'better'), change(500, 'relay', 'faster')],
      }),
    }),
  ),
  explained('neither directly nor over UDP', subject({ link: link({ why: 'no-answer', whyNotUdp: 'no-answer' }) })),
  explained('via', VIA),
  hops('hops, none yet', DIRECT),
  hops('hops, chosen', CHOSEN),
  hops('hops, a machine is missing', HOP_LOST, {
    'peers.ping': () =>
      Promise.reject(
        new ClawReachError('via.hop-lost', 'lab is not reached', { details: { hop: 'lab', before: 'attic-nas' } }),
      ),
  }),
  hops('hops, first is chained', subject({ pathVia: [{ peerId: examplePeerId(5), name: 'colo' }] })),
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
];
