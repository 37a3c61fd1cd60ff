import type { PeerView } from '#shared/app-api/index.ts';
import { useApp } from '../store/index.ts';
import { EXAMPLE_PEERS, TerminalProgram } from '../stories/examples/index.ts';
import type { Story } from '../stories/index.ts';
import { Layout } from './layout.tsx';

/** Driven by tests, as `terminalProgram` and `exampleLink` of the page. */
const program = new TerminalProgram();
const exampleLink = {
  /** Calls of `peers.reconnect`. */
  reconnects: 0,
  /** The link of every peer is like this from now on. */
  set: (link: PeerView['link']): void =>
    useApp.setState(({ peers }) => ({ peers: peers.map((peer) => ({ ...peer, link })) })),
};
Object.assign(globalThis, { terminalProgram: program, exampleLink });

/** The window at its terminals, with the tabs of the browser's own storage. */
export const WINDOW_TERMINALS_STORIES: readonly Story[] = [
  {
    name: 'app/terminals',
    frame: 'none',
    render: () => <Layout problem={undefined} onRetry={() => undefined} />,
    state: { page: 'terminals', peers: EXAMPLE_PEERS },
    answers: {
      ...program.answers(),
      'peers.reconnect': async () => {
        exampleLink.reconnects += 1;
        return {};
      },
    },
  },
];
