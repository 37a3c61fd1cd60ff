import { EXAMPLE_PEERS, TerminalProgram } from '../stories/examples/index.ts';
import type { Story } from '../stories/index.ts';
import { Layout } from './layout.tsx';

/** Driven by tests, as `terminalProgram` of the page. */
const program = new TerminalProgram();
Object.assign(globalThis, { terminalProgram: program });

/** The window at its terminals, with the tabs of the browser's own storage. */
export const WINDOW_TERMINALS_STORIES: readonly Story[] = [
  {
    name: 'app/terminals',
    frame: 'none',
    render: () => <Layout problem={undefined} onRetry={() => undefined} />,
    state: { page: 'terminals', peers: EXAMPLE_PEERS },
    answers: program.answers(),
  },
];
