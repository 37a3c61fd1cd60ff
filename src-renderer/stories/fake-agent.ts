import {
  AGENT_CALLS,
  AppApiClient,
  AppApiServer,
  createTransportPair,
  SHELL_CALLS,
  ShellTransport,
  type AppHandlers,
  type MeasurementsView,
  type ShellHandlers,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { INITIAL_STATE, useApp, type AppState } from '../store/index.ts';
import { EXAMPLE_FACTS, EXAMPLE_RELAY, EXAMPLE_STATUS, exampleMeasurements } from './examples/index.ts';
import type { Story } from './story.ts';

/** Agent of one story: its client, the initial state of the store, and a function that ends it. */
export type FakeAgent = Readonly<{ api: AppApiClient; state: AppState; close(): void }>;

/**
 * Creates the agent of a story within the page: the real server and client of the app API over a pair of buffers, with the story's answers behind
 * them.
 */
export function createFakeAgent({ state: given = {}, answers = {} }: Pick<Story, 'state' | 'answers'>): FakeAgent {
  const state: AppState = {
    ...INITIAL_STATE,
    connection: 'ready',
    facts: EXAMPLE_FACTS,
    status: EXAMPLE_STATUS,
    hostedRelay: EXAMPLE_RELAY,
    ...given,
  };
  const known = { ...answerFromState(state), ...answers };
  const [window, program] = createTransportPair();
  const server = new AppApiServer();
  const shell = new ShellTransport(program, complete(SHELL_CALLS, known) as ShellHandlers);
  server.serveConnection(shell, complete(AGENT_CALLS, known) as AppHandlers);
  return { api: new AppApiClient(window), state, close: () => server.close() };
}

const NOTHING_MEASURED: MeasurementsView = { roundTrips: [], today: { since: null, received: 0, sent: 0 } };

function answerFromState(state: AppState): Story['answers'] {
  return {
    'status.get': async () => state.status ?? EXAMPLE_STATUS,
    'peers.list': async () => [...state.peers],
    'peers.get': async ({ peer }) => {
      const found = useApp.getState().peers.find(({ peerId }) => peerId === peer);
      if (found === undefined) throw new ClawReachError('peer.unknown', 'no such peer', { details: { name: peer } });
      return found;
    },
    'peers.reconnect': async () => ({}),
    'peers.markUsed': async () => ({}),
    'peers.setOrder': async () => ({}),
    'peers.measurements': async ({ peer }) => {
      const { rtt = null } = state.peers.find(({ peerId }) => peerId === peer) ?? {};
      return rtt === null ? NOTHING_MEASURED : exampleMeasurements(rtt);
    },
    'transfers.list': async () => [...(state.transfers ?? [])],
    'transfers.get': async ({ id }) => {
      const transfer = useApp.getState().transfers?.find((one) => one.id === id);
      if (transfer === undefined) throw new ClawReachError('file.unknown', 'no such transfer');
      return { transfer, failures: [], path: null };
    },
    'transfers.inbox': async () => ({ folder: '/home/mira/Downloads/ClawReach', isDefault: true }),
    'shell.transfers.setInbox': async ({ to }) => ({
      folder: to === 'choose' ? '/srv/received' : '/home/mira/Downloads/ClawReach',
      isDefault: to === 'default',
    }),
    'shell.agents.setFiles': async ({ to }) => ({ folder: to === 'choose' ? '/srv/shop/reports' : null }),
    'shell.transfers.choose': async () => ({ token: 'a'.repeat(32), count: 1, names: ['report.pdf'] }),
    'shell.transfers.send': async () => ({ id: 'b'.repeat(32) }),
    'shell.transfers.put': async () => ({ id: 'c'.repeat(32) }),
    'shell.transfers.show': async () => ({}),
    'plainRelays.list': async () => [...state.plainRelays],
    'approvals.list': async () => [...state.approvals],
    'forwards.list': async () => [...state.forwards],
    'forwards.connections': async () => [],
    'terminal.name': async () => ({}),
    'forwards.ports': async () => ({ ports: null }),
    'forwards.checkPort': async () => ({ problem: null }),
    'forwards.checkFolder': async () => ({ problem: null }),
    'gateways.list': async () => [...useApp.getState().gateways],
    'requests.list': async () => ({ waiting: [...state.requests], decided: [] }),
    'savedCommands.list': async () => [...(useApp.getState().savedCommands ?? [])],
    'remotes.list': async () => [...useApp.getState().remotes],
    'workflows.list': async () => [],
    'terminal.shared': async () => [],
    'terminal.served': async () => [],
    'shareLink.list': async () => [...state.shareLinks],
    'recordings.settings.get': async () => ({ peers: [], served: false }),
    'recordings.settings.set': async (settings) => settings,
    'recordings.list': async () => ({ recordings: [], used: 0, limit: 1024 ** 3 }),
    'history.list': async () => ({ entries: [], more: false }),
    'node.runs': async () => [...state.nodeRuns],
    'targets.list': async () => [],
    'targets.temporary': async () => [],
    'targets.set': async () => ({}),
    'shell.autostart.get': async () => ({ state: 'on', problem: null, file: null }),
    'shell.autostart.set': async ({ on }) => ({ state: on ? 'on' : 'off', problem: null, file: null }),
    'agent.pause': async ({ until }) => {
      const status = { ...(useApp.getState().status ?? EXAMPLE_STATUS), paused: { since: Date.now(), until } };
      useApp.setState({ status });
      return status;
    },
    'agent.resume': async () => {
      const { paused: _before, ...status } = useApp.getState().status ?? EXAMPLE_STATUS;
      useApp.setState({ status });
      return status;
    },
    'shell.facts': async () => state.facts ?? EXAMPLE_FACTS,
    'shell.settings.get': async () => useApp.getState().settings,
    'shell.settings.set': async (settings) => {
      useApp.setState({ settings });
      return settings;
    },
    'shell.relay.get': async () => state.hostedRelay ?? EXAMPLE_RELAY,
    'shell.openLink': async () => ({}),
  };
}

/** Returns a handler for every call of the contract: the known one, or one that rejects. */
function complete(calls: Readonly<Record<string, unknown>>, known: Readonly<Record<string, unknown>>): unknown {
  const refuse = (): Promise<never> => Promise.reject(new ClawReachError('internal', 'this story has no answer'));
  return Object.fromEntries(Object.keys(calls).map((call) => [call, known[call] ?? refuse]));
}
