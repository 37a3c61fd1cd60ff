import { useEffect, type ReactElement } from 'react';
import { AppApiError, HOSTED_RELAY_OFF, type AgentStatus, type PeerView } from '#shared/app-api/index.ts';
import {
  EXAMPLE_MACHINES,
  EXAMPLE_NEARBY,
  EXAMPLE_PEERS,
  EXAMPLE_RELEASE,
  EXAMPLE_STATUS,
  EXAMPLE_UPDATES,
  exampleApproval,
  exampleFound,
  exampleGateway,
  exampleManyMachines,
  examplePeerId,
  examplePlainRelay,
  exampleRemote,
  exampleRoundTrips,
  exampleTerminals,
} from '../stories/examples/index.ts';
// oxlint-disable-next-line doors/one-door -- Stories stay out of the window's own code.
import { EXAMPLE_MESSAGES } from '../features/messages/messages.stories.tsx';
// oxlint-disable-next-line doors/one-door -- Stories stay out of the window's own code.
import { EXAMPLE_TRANSFERS } from '../features/transfers/story-data.ts';
import type { Story, StoryAnswers } from '../stories/index.ts';
import { formatUnit, text } from '../locale/index.ts';
import { notify, useApp } from '../store/index.ts';
import { AppLayout } from './layout/layout.tsx';
import { StartScreen } from './layout/start-screen.tsx';

const LOCKED = new AppApiError('store.key-store-locked', 'locked', {
  details: { file: '/home/ada/.config/clawreach/secret.sealed', backend: 'gnome-libsecret' },
});

const LINKED = { state: 'up', since: 0, retryAt: null, via: null, why: null } as const;

const ignore = (): void => undefined;

function statusWith(relay: Partial<AgentStatus['relay']>): AgentStatus {
  return { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, ...relay } };
}

const MACHINES = {
  peers: EXAMPLE_MACHINES,
  roundTrips: exampleRoundTrips(EXAMPLE_MACHINES),
  openTerminals: exampleTerminals(examplePeerId(12)),
  approvals: [exampleApproval()],
};

/** One machine in the network that isn't paired. */
const NEARBY: StoryAnswers = {
  'discovery.get': async () => ({
    ...EXAMPLE_NEARBY,
    devices: [exampleFound('f1', { name: 'mira-tablet', address: '192.168.1.31:7473' })],
  }),
};

const window = { frame: 'none', render: () => <AppLayout problem={undefined} onRetry={ignore} /> } as const;

/** Window in which files are dragged over the first element of a selector. */
function Dropping({ on }: Readonly<{ on: string }>): ReactElement {
  useEffect(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['notes'], 'notes.md'));
    document
      .querySelector(on)
      ?.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
  }, [on]);
  return <AppLayout problem={undefined} onRetry={ignore} />;
}

/** Window in which a request arrives after it is shown. `on`: event of the page with which it arrives; by default it does at once. */
function Arriving({ on }: Readonly<{ on?: string }>): ReactElement {
  useEffect(() => {
    const request = exampleApproval({
      id: 77,
      peerName: 'office',
      detail: 'run: rsync -a --delete /srv/photos/ backup:/photos/',
      facts: [
        { fact: 'folder', value: '/home/mira/work' },
        { fact: 'user', value: 'mira' },
      ],
    });
    const arrive = (): void => useApp.setState(({ approvals }) => ({ approvals: [request, ...approvals] }));
    if (on === undefined) arrive();
    else addEventListener(on, arrive, { once: true });
  }, [on]);
  return <AppLayout problem={undefined} onRetry={ignore} />;
}

/** Window after "Decline": the toast says how long the same request is declined. */
function Declined(): ReactElement {
  useEffect(() => {
    notify({
      tone: 'neutral',
      text: text('approvals.answered.paused', {
        name: 'office',
        time: formatUnit(1, 'minute', { unitDisplay: 'long' }),
      }),
      action: { label: text('approvals.ask-again'), run: ignore },
    });
  }, []);
  return <AppLayout problem={undefined} onRetry={ignore} />;
}

export const APP_STORIES: readonly Story[] = [
  { ...window, name: 'app/first run', state: { status: statusWith({ state: 'none', url: null }) } },
  { ...window, name: 'app/peers', state: { peers: EXAMPLE_PEERS, approvals: [exampleApproval()] } },
  { ...window, name: 'app/machines', state: MACHINES, answers: NEARBY },
  {
    ...window,
    name: 'app/machine',
    state: { ...MACHINES, place: { page: 'machines', machine: examplePeerId(12) } },
    answers: NEARBY,
  },
  {
    ...window,
    name: 'app/quit',
    state: { ...MACHINES, place: { page: 'machines', machine: examplePeerId(12) } },
    answers: {
      'terminal.served': async () =>
        ['deploy', 'bash'].map((title, index) => ({
          terminal: `${index}`.repeat(32),
          title,
          startedAt: Date.now() - 3_000_000,
          attached: true,
          cols: 80,
          rows: 24,
          peerId: examplePeerId(12),
          peerName: 'office',
          viewers: [],
        })),
      'shell.quit': async () => {
        // A test reads it here.
        document.documentElement.dataset['quit'] = 'yes';
        return {};
      },
    },
  },
  {
    ...window,
    name: 'app/machine, its terminals here',
    state: { ...MACHINES, place: { page: 'machines', machine: examplePeerId(12) } },
    answers: {
      ...NEARBY,
      ...(() => {
        let ended: string | undefined;
        return {
          'terminal.served': async () =>
            ['deploy', 'mira@office: ~/a-folder-with-a-long-name/and-one-more']
              .map((title, index) => ({
                terminal: `${index}`.repeat(32),
                title,
                startedAt: Date.now() - (index + 1) * 3_000_000,
                attached: index === 0,
                cols: 80,
                rows: 24,
                peerId: examplePeerId(12),
                peerName: 'office',
                viewers: [],
              }))
              .filter(({ terminal }) => terminal !== ended),
          'terminal.stop': async ({ terminal }) => {
            ended = terminal;
            return {};
          },
        } satisfies StoryAnswers;
      })(),
    },
  },
  ...(['terminals', 'forwards', 'access', 'activity'] as const).map((tab) => ({
    ...window,
    name: `app/machine, ${tab}`,
    state: { ...MACHINES, place: { page: 'machines' as const, machine: examplePeerId(12), tab } },
    answers: {
      'history.list': async () => ({ entries: [], more: false }),
      'terminal.list': async () => [],
    },
  })),
  {
    ...window,
    name: 'app/machine, terminals undecided',
    state: { ...MACHINES, place: { page: 'machines', machine: examplePeerId(12), tab: 'terminals' } },
    answers: {
      'terminal.list': async ({ ask }) => {
        if (ask === false) throw new AppApiError('rights.unasked', 'no one there has decided');
        return [];
      },
    },
  },
  { frame: 'none', name: 'app/request arrives', render: () => <Arriving />, state: MACHINES },
  {
    frame: 'none',
    name: 'app/request arrives at the inbox',
    render: () => <Arriving on="request-arrives" />,
    state: { ...MACHINES, place: { page: 'inbox' } },
  },
  {
    ...window,
    name: 'app/machine offline',
    state: { ...MACHINES, place: { page: 'machines', machine: examplePeerId(4) } },
  },
  {
    ...window,
    name: 'app/machine that has removed this one',
    state: {
      ...MACHINES,
      peers: EXAMPLE_MACHINES.map((machine) =>
        machine.peerId === examplePeerId(4) ? { ...machine, forgottenAt: Date.now() - 300_000 } : machine,
      ),
      place: { page: 'machines', machine: examplePeerId(4) },
    },
  },
  {
    ...window,
    name: 'app/machine that says the words differ',
    state: {
      ...MACHINES,
      peers: EXAMPLE_MACHINES.map((machine) =>
        machine.peerId === examplePeerId(4)
          ? { ...machine, forgottenAt: Date.now() - 300_000, forgottenBecause: 'words' }
          : machine,
      ),
      place: { page: 'machines', machine: examplePeerId(4) },
    },
  },
  {
    ...window,
    name: 'app/removed by a machine, and from the relay',
    state: {
      ...MACHINES,
      status: statusWith({ url: 'wss://198.51.100.7:7474', state: 'failed', problem: 'relay.removed' }),
      relayProblem: 'relay.removed',
      peers: EXAMPLE_MACHINES.slice(0, 1).map((machine) => ({
        ...machine,
        online: false,
        linked: false,
        link: null,
        forgottenAt: Date.now() - 300_000,
      })),
      place: { page: 'machines' },
    },
  },
  {
    ...window,
    name: 'app/machine, several notices',
    state: {
      ...MACHINES,
      status: statusWith({ url: 'wss://198.51.100.7:7474', pin: '5a'.repeat(32) }),
      peers: EXAMPLE_MACHINES.map((machine) =>
        machine.peerId === examplePeerId(2)
          ? { ...machine, suspendedSince: Date.now() - 300_000, unfinishedUntil: Date.now() + 120_000 }
          : machine,
      ),
      minimised: true,
      place: { page: 'machines', machine: examplePeerId(2) },
    },
    answers: {
      // As an agent: the machine is let back in, and has finished.
      'peers.readmit': async () => {
        useApp.setState({ peers: EXAMPLE_MACHINES });
        return EXAMPLE_MACHINES[0] as PeerView;
      },
    },
  },
  {
    ...window,
    name: 'app/machine, not at the relay',
    state: {
      ...MACHINES,
      status: statusWith({ url: 'wss://198.51.100.7:7474', pin: '5a'.repeat(32) }),
      place: { page: 'machines', machine: examplePeerId(2) },
    },
  },
  ...[3, 13, 100].map((count) => ({
    ...window,
    name: `app/${count} machines`,
    state: { ...MACHINES, peers: exampleManyMachines(count), openTerminals: [] },
    answers: NEARBY,
  })),
  { ...window, name: 'app/many machines', state: { ...MACHINES, peers: exampleManyMachines(40) } },
  {
    ...window,
    name: 'app/outage',
    state: {
      ...MACHINES,
      peers: EXAMPLE_MACHINES.map((machine) =>
        machine.path === 'direct' || !machine.online
          ? machine
          : { ...machine, path: 'offline', online: false, linked: false, rtt: null, address: null, link: null },
      ),
      status: statusWith({ state: 'waiting', problem: 'relay.timeout', retryAt: Date.now() + 240_000 }),
      relayProblem: 'relay.timeout',
    },
  },
  {
    ...window,
    name: 'app/outage, many stay linked',
    state: {
      ...MACHINES,
      peers: EXAMPLE_MACHINES.slice(0, 5).map(({ peerId, name }) => ({
        ...EXAMPLE_MACHINES[0],
        peerId,
        name,
      })) as PeerView[],
      status: statusWith({ state: 'waiting', problem: 'relay.timeout', retryAt: Date.now() + 240_000 }),
      relayProblem: 'relay.timeout',
    },
  },
  {
    ...window,
    name: 'app/only peer',
    state: { peers: EXAMPLE_PEERS.slice(0, 1), firstRunSkipped: false },
    answers: {
      // The event arrives before the answer and removes the page's subject.
      'peers.forget': async () => {
        useApp.setState({ peers: [] });
        await new Promise((resolve) => setTimeout(resolve));
        return { told: true };
      },
    },
  },
  {
    ...window,
    name: 'app/plain relay in use',
    state: { place: { page: 'inbox' }, peers: EXAMPLE_PEERS, plainRelays: [examplePlainRelay()] },
  },
  {
    ...window,
    name: 'app/only a plain relay',
    state: { plainRelays: [examplePlainRelay({ terminals: 0, requests: 0 })] },
  },
  {
    ...window,
    name: 'app/relay failed',
    state: {
      peers: EXAMPLE_PEERS,
      status: statusWith({ state: 'failed', problem: 'relay.admission-needed' }),
      relayProblem: 'relay.admission-needed',
    },
  },
  {
    ...window,
    name: 'app/relay unreachable',
    state: {
      peers: EXAMPLE_PEERS,
      status: statusWith({ state: 'waiting', problem: 'relay.connection-refused' }),
      relayProblem: 'relay.connection-refused',
    },
  },
  {
    ...window,
    name: 'app/linked without a relay',
    state: {
      peers: EXAMPLE_PEERS.map((peer) =>
        peer.online ? { ...peer, path: 'direct', link: { ...LINKED, hops: [], history: [] } } : peer,
      ),
      status: statusWith({ state: 'waiting', problem: 'relay.connection-refused' }),
      relayProblem: 'relay.connection-refused',
    },
  },
  {
    ...window,
    name: 'app/relay here is off',
    state: {
      peers: EXAMPLE_PEERS,
      status: {
        ...statusWith({
          url: 'wss://192.168.4.17:7474',
          state: 'waiting',
          problem: 'relay.hosted-off-before',
          own: true,
        }),
        relayBefore: 'wss://relay.example.net:7474',
      },
      relayProblem: 'relay.hosted-off-before',
    },
  },
  {
    ...window,
    name: 'app/relay stopped here',
    state: {
      peers: EXAMPLE_PEERS,
      // As right after the stop: the agent knows only that the relay has gone.
      status: statusWith({
        url: 'wss://192.168.4.17:7474',
        state: 'waiting',
        problem: 'relay.shutdown',
        own: true,
        retryAt: Date.now() + 240_000,
      }),
      relayProblem: 'relay.shutdown',
      hostedRelay: HOSTED_RELAY_OFF,
    },
    answers: {
      'shell.relay.start': async () => {
        const relay = { ...HOSTED_RELAY_OFF, state: 'starting' } as const;
        useApp.setState({ hostedRelay: relay });
        return relay;
      },
    },
  },
  {
    ...window,
    name: 'app/paused',
    state: {
      peers: EXAMPLE_PEERS.map((peer) => ({ ...peer, online: false, path: 'offline', linked: false, link: null })),
      status: {
        ...statusWith({ state: 'stopped', problem: 'agent.paused' }),
        paused: { since: 1_795_000_000_000, until: null },
      },
    },
  },
  {
    ...window,
    name: 'app/profile problems',
    state: {
      peers: EXAMPLE_PEERS,
      status: {
        ...EXAMPLE_STATUS,
        problems: [
          { code: 'store.disk-full', details: { directory: '/home/ada/.config/clawreach', reason: 'ENOSPC' } },
          { code: 'store.recovered', details: { file: '/home/ada/.config/clawreach/peers.json' } },
        ],
      },
    },
  },
  {
    ...window,
    name: 'app/page of the relay differs',
    state: {
      peers: EXAMPLE_PEERS,
      status: {
        ...EXAMPLE_STATUS,
        problems: [{ code: 'relay.page-differs', details: { url: 'wss://relay.example:7474' } }],
      },
    },
  },
  {
    frame: 'none',
    name: 'app/key store locked',
    render: () => <StartScreen problem={LOCKED} onRetry={ignore} />,
  },
  {
    ...window,
    name: 'app/no relay',
    state: { peers: EXAMPLE_PEERS, status: statusWith({ state: 'none', url: null }) },
  },
  {
    ...window,
    name: 'app/machine in another network',
    state: {
      peers: EXAMPLE_PEERS,
      status: {
        ...statusWith({ state: 'none', url: null }),
        needsRelay: { reason: 'peers-away', since: 0, peers: EXAMPLE_PEERS.slice(0, 1).map(({ peerId }) => peerId) },
      },
    },
  },
  {
    frame: 'none',
    name: 'app/connection lost',
    state: { peers: EXAMPLE_PEERS, connection: 'lost', lostAt: Date.now() - 120_000 },
    render: () => <AppLayout problem={new AppApiError('control.lost', 'lost')} onRetry={ignore} />,
  },
  {
    ...window,
    name: 'app/update ready',
    state: { ...MACHINES, updates: { ...EXAMPLE_UPDATES, state: { name: 'ready', release: EXAMPLE_RELEASE } } },
  },
  { ...window, name: 'app/minimised', state: { peers: EXAMPLE_PEERS, minimised: true } },
  {
    ...window,
    name: 'app/toasts',
    state: {
      peers: EXAMPLE_PEERS,
      toasts: [
        { id: 1, tone: 'good', text: 'office is called workshop now.' },
        { id: 2, tone: 'bad', text: 'The change could not be saved: the disk is full.' },
        { id: 3, tone: 'warning', text: 'relay.example.org asks for something.', stays: true },
      ],
    },
  },
  {
    frame: 'none',
    name: 'app/declined',
    render: () => <Declined />,
    state: { ...MACHINES, place: { page: 'inbox' } },
    answers: { 'approvals.list': async () => [], 'requests.list': async () => ({ waiting: [], decided: [] }) },
  },
  {
    ...window,
    name: 'app/peer not measured',
    state: { peers: EXAMPLE_PEERS },
    answers: { 'peers.ping': () => Promise.reject(new AppApiError('relay.not-connected', 'not connected')) },
  },
  { ...window, name: 'app/settings', state: { peers: EXAMPLE_PEERS, place: { page: 'settings' } } },
  {
    ...window,
    name: 'app/transfers',
    state: { place: { page: 'transfers' }, peers: EXAMPLE_PEERS, transfers: EXAMPLE_TRANSFERS },
  },
  {
    ...window,
    name: 'app/files over a machine',
    render: () => <Dropping on="li[data-peer]" />,
    state: MACHINES,
    answers: NEARBY,
  },
  {
    ...window,
    name: 'app/files over a page',
    render: () => <Dropping on="article[data-machine]" />,
    state: { ...MACHINES, place: { page: 'machines', machine: examplePeerId(3) } },
    answers: NEARBY,
  },
  {
    ...window,
    name: 'app/messages',
    answers: EXAMPLE_MESSAGES.answers,
    state: { place: { page: 'messages' }, peers: EXAMPLE_PEERS, ...EXAMPLE_MESSAGES.state },
  },
  {
    ...window,
    name: 'app/openclaw',
    answers: {
      'node.policy.get': async () => ({ default: 'ask', rules: [], folders: [] }),
      'devices.list': async () => [],
      'nodes.list': async () => [],
    },
    state: {
      place: { page: 'openclaw' },
      peers: EXAMPLE_PEERS,
      remotes: [exampleRemote()],
      gateways: [
        exampleGateway({
          settings: { node: { enabled: true, name: 'mira-laptop', capabilities: ['system.run'] } },
          node: { state: 'connected' },
          surface: { state: 'approved', requestId: null, commands: ['system.run'], waiting: [] },
        }),
      ],
    },
  },
  {
    ...window,
    name: 'app/approvals',
    state: { place: { page: 'inbox' }, approvals: [exampleApproval()] },
    answers: {
      'approvals.decide': async () => {
        useApp.setState({ approvals: [] });
        const now = Date.now();
        return { ...exampleApproval(), state: 'denied', decidedAt: now, declinedUntil: now + 60_000 };
      },
    },
  },
  { frame: 'none', name: 'app/connecting', render: () => <StartScreen problem={undefined} onRetry={ignore} /> },
  {
    frame: 'none',
    name: 'app/no machine',
    render: () => <StartScreen problem={new AppApiError('control.lost', 'lost')} onRetry={ignore} />,
  },
];
