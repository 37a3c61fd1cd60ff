import {
  AppApiError,
  type AuditEntry,
  type HistoryEntry,
  type RecordingView,
  type ServedTerminalView,
} from '#shared/app-api/index.ts';
import { toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import { EXAMPLE_PEERS, examplePeerId } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { RecordingPlayer } from '../terminals/index.ts';
import { ClearDialog } from './clear-dialog.tsx';
import { Activity, HistoryPage } from './history-page.tsx';

const NOW = Date.now();
const MINUTE = 60_000;

function entry(id: number, given: Partial<HistoryEntry>): HistoryEntry {
  return {
    id: `e${id}`,
    kind: 'terminal',
    direction: 'in',
    peerId: examplePeerId(12),
    peerName: 'office',
    detail: 'bash',
    startedAt: NOW - id * 17 * MINUTE,
    endedAt: NOW - id * 17 * MINUTE + 12 * MINUTE,
    open: false,
    outcome: 'exit 0',
    count: 1,
    ...given,
  };
}

const FACTS: NonNullable<HistoryEntry['facts']> = [
  { fact: 'folder', value: '/srv/build' },
  { fact: 'user', value: 'mira' },
  { fact: 'term', value: 'xterm-256color' },
];

const ENTRIES: HistoryEntry[] = [
  entry(1, { open: true, endedAt: null, outcome: null, facts: FACTS }),
  entry(2, { kind: 'shared', peerName: 'lena-tablet', detail: 'deploy on build-server', outcome: 'terminal.revoked' }),
  entry(3, { kind: 'forward', detail: '10.2.0.7:5432', count: 214, outcome: null }),
  entry(4, { kind: 'forward', direction: 'out', detail: 'browser', open: true, endedAt: null, outcome: null }),
  entry(5, { kind: 'approval', detail: 'terminal: open a terminal', outcome: 'approved', facts: FACTS }),
  entry(12, {
    kind: 'approval',
    detail: `terminal: run: sh -c '${'echo harmless && '.repeat(40)}./backup.sh'`,
    facts: [{ fact: 'folder', value: `/srv/${'a-folder-with-a-long-name/'.repeat(12)}backup` }, ...FACTS.slice(1)],
    outcome: 'denied',
  }),
  entry(6, { kind: 'approval', peerName: 'home', peerId: null, detail: 'exec: rm -rf ./build', outcome: 'rejected' }),
  entry(7, { kind: 'path', direction: 'out', detail: 'direct', outcome: 'better' }),
  entry(8, { kind: 'path', direction: 'out', detail: 'none', outcome: 'lost' }),
  entry(9, { direction: 'out', endedAt: null, outcome: null, detail: 'top' }),
  entry(13, { direction: 'out', detail: 'bash, vim', name: 'notes', outcome: 'left' }),
  entry(10, { kind: 'prompt', detail: 'deploy', outcome: 'finished' }),
  entry(11, {
    peerName: `\u202eevil ${'very-long-name'.repeat(6)}`,
    detail: 'x'.repeat(300),
    outcome: 'terminal.taken-over',
  }),
];

const RECORDINGS: RecordingView[] = [
  recording('20261121T210312Z-00000001', { title: 'bash', running: true, duration: 61_000, bytes: 48_210 }),
  recording('20261121T190312Z-00000002', { title: 'npm run deploy', duration: 754_000, bytes: 2_301_002, input: true }),
  recording('20261120T190312Z-00000003', { side: 'target', title: `\u202e${'long-title '.repeat(12)}`, bytes: 512 }),
];

function recording(id: string, given: Partial<RecordingView>): RecordingView {
  return {
    id,
    peerId: examplePeerId(12),
    peerName: 'office',
    title: 'bash',
    side: 'viewer',
    input: false,
    startedAt: NOW - 90 * MINUTE,
    duration: 9000,
    bytes: 1024,
    cols: 80,
    rows: 24,
    running: false,
    ...given,
  };
}

const CAST = [
  '{"version": 2, "width": 60, "height": 12, "title": "bash"}',
  '[0.1, "o", "$ ls\\r\\n"]',
  '[0.2, "o", "\\u001b[34mnotes\\u001b[0m  report.md  \\u001b[32mrun.sh\\u001b[0m\\r\\n$ "]',
  '[2.0, "i", "ex"]',
  '[2.5, "i", "it\\r"]',
  '[5.0, "o", "exit\\r\\n"]',
  '',
].join('\n');

const HOUR = 60 * MINUTE;
const office = { peer: examplePeerId(12), name: 'office' };
/** Returns entries of many kinds, newest first. */
function exampleEntries(now: number): AuditEntry[] {
  const url = 'wss://relay.example.net:7474';
  const events: readonly (readonly [event: string, fields: Readonly<Record<string, unknown>>])[] = [
    ['terminal.used', { ...office, terminal: 'a1' }],
    ['peer.linked', { ...office, path: 'relay' }],
    ['terminal.ended', { ...office, terminal: 'b2', code: null, exitCode: 0 }],
    ['terminal.opened', { ...office, terminal: 'b2', program: '/bin/bash' }],
    ['approval.decided', { ...office, right: 'terminal', approval: 3, outcome: 'approved' }],
    ['approval.requested', { ...office, right: 'terminal', approval: 3 }],
    ['right.changed', { ...office, right: 'terminal', decision: 'allow', expiresAt: now + 2 * HOUR }],
    ['right.changed', { ...office, right: 'relay', decision: 'allow', expiresAt: null }],
    ['approval.requested', { ...office, right: 'relay', approval: 4 }],
    ['way.opened', { ...office, to: 'HMAVXWKY44YNPKSV286ER9GNH5XSDADTBJQ26YKZSCX9EVV2N1MB45GY' }],
    ['way.refused', { ...office, code: 'via.busy' }],
    ['link.refused', { claimed: 'CR5K8ZT2M4Q7X1', code: 'handshake.unknown-peer' }],
    ['peer.unlinked', { ...office, code: 'link.closed' }],
    ['peer.renamed', { ...office, before: 'mira-office' }],
    ['peer.paired', { ...office, side: 'inviter' }],
    ['pairing.failed', { side: 'inviter', code: 'pairing.wrong-code' }],
    ['pairing.started', { side: 'inviter', form: 'code' }],
    ['relay.state', { url, state: 'online', problem: null }],
    ['relay.state', { url, state: 'waiting', problem: 'relay.unreachable' }],
    ['relay.configured', { url, insecure: false }],
    ['secret.moved', { store: 'file' }],
    ['secret.moved', { store: 'gnome-libsecret' }],
    ['something.later', { name: 'shown as it is', count: 3 }],
    ['agent.started', { version: '0.1.0', pid: 4711 }],
  ];
  return events.map(([event, fields], index) => ({ at: now - index * index * 400_000, event, fields }));
}

const RECORDING_ANSWERS: StoryAnswers = {
  'history.list': async () => ({ entries: ENTRIES, more: false }),
  'recordings.list': async () => ({ recordings: RECORDINGS, used: 2_349_724, limit: 1024 ** 3 }),
  'recordings.read': async () => ({ data: toBase64Url(toUtf8(CAST)), next: null }),
};

const SERVED: ServedTerminalView = {
  terminal: 'a'.repeat(32),
  title: 'deploy on build-server',
  startedAt: NOW - 9 * MINUTE,
  attached: true,
  cols: 80,
  rows: 24,
  peerId: examplePeerId(12),
  peerName: 'office',
  viewers: [{ peerId: examplePeerId(13), name: 'lena-tablet', watching: true }],
};

const STATE = { place: { page: 'history' }, peers: EXAMPLE_PEERS } as const;
const page = () => <HistoryPage />;
const never = (): Promise<never> => new Promise(() => undefined);

const log = (name: string, list: NonNullable<StoryAnswers['audit.list']>): Story => ({
  name: `history/${name}`,
  render: () => <HistoryPage initialTab="log" />,
  state: STATE,
  answers: { 'audit.list': list },
});

export const HISTORY_STORIES: readonly Story[] = [
  {
    name: 'history/some',
    render: page,
    state: STATE,
    answers: {
      'history.list': async () => ({ entries: ENTRIES, more: false }),
      'terminal.served': async () => [
        SERVED,
        { ...SERVED, terminal: 'b'.repeat(32), peerName: 'Plain relay relay.example', relayReads: true },
      ],
    },
  },
  {
    name: 'history/many',
    render: page,
    state: STATE,
    answers: {
      'history.list': async () => ({
        entries: Array.from({ length: 120 }, (_, index) => entry(index, {})),
        more: true,
      }),
    },
  },
  {
    name: 'history/none',
    render: page,
    state: STATE,
    answers: { 'history.list': async () => ({ entries: [], more: false }) },
  },
  {
    name: 'history/fails',
    render: page,
    state: STATE,
    answers: {
      'history.list': () =>
        Promise.reject(
          new AppApiError('store.unreadable', 'no', { details: { file: 'history.jsonl', reason: 'EIO' } }),
        ),
    },
  },
  { name: 'history/reading', render: page, state: STATE, answers: { 'history.list': never } },
  {
    name: 'history/recordings, reading',
    render: () => <HistoryPage initialTab="recordings" />,
    state: STATE,
    answers: { 'recordings.list': never },
  },
  {
    name: 'history/recordings',
    render: () => <HistoryPage initialTab="recordings" />,
    state: STATE,
    answers: RECORDING_ANSWERS,
  },
  {
    name: 'history/no recordings',
    render: () => <HistoryPage initialTab="recordings" />,
    state: STATE,
    answers: { 'recordings.list': async () => ({ recordings: [], used: 0, limit: 1024 ** 3 }) },
  },
  {
    name: 'history/player',
    render: () => <RecordingPlayer id={RECORDINGS[1]?.id ?? ''} title="npm run deploy" onClose={() => undefined} />,
    state: STATE,
    answers: RECORDING_ANSWERS,
  },
  log('log', async ({ limit }) => exampleEntries(Date.now()).slice(0, limit)),
  log('log, empty', async () => []),
  log('log, fails', () => Promise.reject(new AppApiError('store.unreadable', 'no'))),
  log('log, reading', never),
  {
    name: 'history/activity',
    render: () => <Activity peerId={examplePeerId(12)} />,
    state: STATE,
    answers: {
      'history.list': async ({ peer }) => ({ entries: ENTRIES.filter(({ peerId }) => peerId === peer), more: false }),
      'terminal.served': async () => [SERVED],
    },
  },
  {
    name: 'history/activity, none',
    render: () => <Activity peerId={examplePeerId(12)} />,
    state: STATE,
    answers: { 'history.list': async () => ({ entries: [], more: false }), 'terminal.served': async () => [] },
  },
  { name: 'history/forget', render: () => <ClearDialog onClose={() => undefined} />, state: STATE },
];
