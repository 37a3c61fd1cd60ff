import type { PeerView, TerminalSettings } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { notify, useApp } from '../store/index.ts';
import {
  EXAMPLE_PEERS,
  exampleApproval,
  examplePeerId,
  exampleShared,
  TerminalProgram,
} from '../stories/examples/index.ts';
import type { Story } from '../stories/index.ts';
import { AppLayout } from './layout/layout.tsx';

/** Controls for tests: `terminalProgram`, `exampleLink`, `exampleNotices`, `examplePause` and `exampleSettings` of the page. */
const program = new TerminalProgram();
const exampleLink = {
  /** Number of `peers.reconnect` calls. */
  reconnects: 0,
  /** Sets the link of every peer. */
  set: (link: PeerView['link']): void =>
    useApp.setState(({ peers }) => ({ peers: peers.map((peer) => ({ ...peer, link })) })),
  /** Sets the round trip of every peer, ms. */
  measure: (rtt: number): void => useApp.setState(({ peers }) => ({ peers: peers.map((peer) => ({ ...peer, rtt })) })),
  /** Makes every peer online or offline, without a link. */
  online: (online: boolean): void =>
    useApp.setState(({ peers }) => ({
      peers: peers.map((peer) => ({ ...peer, link: null, linked: false, online, path: online ? 'direct' : 'offline' })),
    })),
};
const exampleSettings = {
  /** Changes the terminal settings. */
  terminal: (change: Partial<TerminalSettings>): void =>
    useApp.setState(({ settings }) => ({ settings: { ...settings, terminal: { ...settings.terminal, ...change } } })),
};
/** Makes the window a browser page, which may read the clipboard. */
const exampleBrowser = (): void =>
  useApp.setState(({ facts }) => (facts === undefined ? {} : { facts: { ...facts, kind: 'browser' } }));
/** Pauses this device until it is resumed. */
const examplePause = (): void =>
  useApp.setState(({ status }) =>
    status === undefined ? {} : { status: { ...status, paused: { since: 1_795_000_000_000, until: null } } },
  );
/** Shows a toast, and the notice of a request that arrives. */
const exampleNotices = (): void => {
  notify({ tone: 'good', text: 'office is called workshop now.' });
  useApp.setState(({ approvals }) => ({ approvals: [exampleApproval(), ...approvals] }));
};
Object.assign(globalThis, {
  exampleBrowser,
  exampleNotices,
  examplePause,
  terminalProgram: program,
  exampleLink,
  exampleSettings,
});

/** Stories of the whole window on its terminals page, with tabs in the browser's storage. */
export const WINDOW_TERMINALS_STORIES: readonly Story[] = [
  {
    name: 'app/terminals',
    frame: 'none',
    render: () => <AppLayout problem={undefined} onRetry={() => undefined} />,
    state: { place: { page: 'terminals' }, peers: EXAMPLE_PEERS },
    answers: {
      ...program.answers(),
      'peers.setTerminalProfile': async ({ peer, profile }) => {
        const found = useApp.getState().peers.find(({ peerId }) => peerId === peer);
        if (found === undefined) throw new ClawReachError('peer.unknown', 'no such peer', { details: { name: peer } });
        return { ...found, terminalProfile: profile };
      },
      'peers.reconnect': async () => {
        exampleLink.reconnects += 1;
        return {};
      },
    },
  },
  {
    name: 'app/machines, terminals kept',
    frame: 'none',
    render: () => <AppLayout problem={undefined} onRetry={() => undefined} />,
    state: { place: { page: 'machines' }, peers: EXAMPLE_PEERS },
    answers: program.answers(),
  },
  {
    name: 'app/terminals, shared no more',
    frame: 'none',
    render: () => <AppLayout problem={undefined} onRetry={() => undefined} />,
    state: {
      place: { page: 'terminals' },
      peers: EXAMPLE_PEERS,
      requestedShared: { peerId: examplePeerId(12), terminal: 'gone', serial: 1 },
      shared: [exampleShared(examplePeerId(12))],
    },
    answers: program.answers(),
  },
];
