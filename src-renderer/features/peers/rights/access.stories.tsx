import { useEffect, type ReactElement } from 'react';
import type {
  AgentGrant,
  AgentView,
  PeerView,
  Right,
  ServedTerminalView,
  TargetPattern,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_BROWSER_FACTS, examplePeer, examplePeerId } from '../../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../../stories/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button } from '../../../ui/index.ts';
import { Access } from './access.tsx';

const NOW = Date.now();
const HOUR = 3_600_000;
const ASK = { decision: 'ask', expiresAt: null } as const;
const ALLOW = { decision: 'allow', expiresAt: null } as const;
const DENY = { decision: 'deny', expiresAt: null } as const;
const ASKING: PeerView['rights'] = {
  terminal: ASK,
  view: ASK,
  forward: ASK,
  relay: ASK,
  prompt: ASK,
  message: ASK,
  send: ASK,
  wake: ASK,
  files: DENY,
  introduce: ASK,
};
const ALLOWING: PeerView['rights'] = {
  terminal: ALLOW,
  view: ALLOW,
  forward: ALLOW,
  relay: ALLOW,
  prompt: ALLOW,
  message: ALLOW,
  send: ALLOW,
  wake: ALLOW,
  files: DENY,
  introduce: ALLOW,
};

const OFFICE = examplePeer({
  peerId: examplePeerId(12),
  name: 'office',
  online: true,
  rights: {
    terminal: ASK,
    view: ALLOW,
    forward: ASK,
    relay: DENY,
    prompt: { decision: 'allow', expiresAt: NOW + 26 * HOUR },
    message: ASK,
    send: ASK,
    wake: ASK,
    files: DENY,
    introduce: ASK,
  },
});
const TARGETS: readonly TargetPattern[] = [
  { kind: 'connect', host: 'db.internal', ports: '5432', expiresAt: null },
  { kind: 'connect', host: 'fd00::5', ports: '8000-8100', expiresAt: NOW + HOUR },
  { kind: 'listen', host: '0.0.0.0', ports: '8080', expiresAt: null },
];
const AGENT: AgentView = {
  name: 'me',
  description: '',
  builtIn: true,
  waiting: 0,
  held: 0,
  http: false,
  intake: 'hold',
  openclaw: null,
  webhook: null,
  webhookSecret: null,
  tokenFile: null,
  files: null,
};
const AGENTS: readonly AgentView[] = ['me', 'coder', 'tests', 'release-notes-writer', 'private'].map((name) => ({
  ...AGENT,
  name,
  builtIn: name === 'me',
}));
const GRANTS: readonly AgentGrant[] = [
  { agent: 'coder', decision: 'allow', expiresAt: null },
  { agent: 'private', decision: 'deny', expiresAt: null },
  { agent: 'release-notes-writer', decision: 'allow', expiresAt: NOW + HOUR },
];
const SERVED: ServedTerminalView = {
  terminal: 'a'.repeat(32),
  title: 'deploy',
  startedAt: NOW - HOUR,
  attached: true,
  cols: 80,
  rows: 24,
  peerId: OFFICE.peerId,
  peerName: 'office',
  viewers: [],
};

/** Shows the section for the one peer in the store, as a machine's page does. */
function Shown(): ReactElement | null {
  const peer = useApp(({ peers }) => peers[0]);
  return peer === undefined ? null : <Access peer={peer} onForget={() => undefined} />;
}

function change(how: (before: PeerView) => PeerView): PeerView {
  const [before] = useApp.getState().peers;
  if (before === undefined) throw new ClawReachError('peer.unknown', 'no such peer', { details: { name: 'office' } });
  const after = how(before);
  useApp.setState({ peers: [after] });
  return after;
}

let targets = TARGETS;
let served: readonly ServedTerminalView[] = [];

/** Answers like an agent, and changes the peer of the page. */
const ANSWERS: StoryAnswers = {
  'rights.set': async ({ right, decision, expiresAt, most, was }) => {
    // A test reads the calls here.
    const { dataset } = document.documentElement;
    dataset['rights'] =
      `${dataset['rights'] ?? ''}${right} ${decision} ${expiresAt === null ? 'always' : 'ends'}${most === undefined ? '' : ` up to ${most}`};`;
    const now = useApp.getState().peers[0]?.rights[right];
    if (
      was !== undefined &&
      (was.decision !== now?.decision || was.expiresAt !== now.expiresAt || was.most !== now.most)
    )
      throw new ClawReachError('rights.changed', 'changed', { details: { right } });
    return change(({ agents = [], ...before }) => ({
      ...before,
      rights: { ...before.rights, [right]: { decision, expiresAt, ...(most === undefined ? {} : { most }) } },
      agents: right === 'message' && decision === 'deny' ? agents.filter((one) => one.decision === 'deny') : agents,
    }));
  },
  'rights.setAgent': async ({ agent, decision, expiresAt }) => {
    const { dataset } = document.documentElement;
    dataset['rights'] = `${dataset['rights'] ?? ''}message=${agent} ${decision ?? 'none'};`;
    return change(({ agents = [], ...before }) => ({
      ...before,
      agents: [
        ...agents.filter((one) => one.agent !== agent),
        ...(decision === null ? [] : [{ agent, decision, expiresAt }]),
      ].toSorted((one, next) => (one.agent < next.agent ? -1 : 1)),
    }));
  },
  // The system's dialog answers with this folder.
  'shell.folders.share': async ({ mode }) => {
    change(({ folders: known = [], ...before }) => ({
      ...before,
      rights: { ...before.rights, files: ALLOW },
      folders: [...known, { name: 'music', path: '/home/mira/music', mode }],
    }));
    return { shared: true };
  },
  'folders.setMode': async ({ folder, mode }) => {
    const { folders = [] } = change(({ folders: known = [], ...before }) => ({
      ...before,
      folders: known.map((one) => (one.name === folder ? { ...one, mode } : one)),
    }));
    return [...folders];
  },
  'folders.unshare': async ({ folder }) => {
    const { folders = [] } = change(({ folders: known = [], ...before }) => ({
      ...before,
      folders: known.filter((one) => one.name !== folder),
    }));
    return [...folders];
  },
  'peers.setOwn': async ({ own }) => change((before) => ({ ...before, own })),
  'targets.list': async () => [...targets],
  'targets.set': async ({ targets: wanted }) => {
    targets = wanted;
    return {};
  },
  'terminal.served': async () => [],
};

const refuse = (code: string) => (): Promise<never> => Promise.reject(new ClawReachError(code, code));

function story(name: string, given: Partial<PeerView> = {}, answers: StoryAnswers = {}): Story {
  return {
    name: `access/${name}`,
    render: () => <Shown />,
    state: { peers: [{ ...OFFICE, ...given }] },
    answers: { ...ANSWERS, ...answers },
  };
}

/** Changes a right without the row, as a command or another window does. */
function Elsewhere({ right }: Readonly<{ right: Right }>): ReactElement {
  useEffect(() => {
    delete document.documentElement.dataset['rights'];
    targets = TARGETS;
  }, []);
  return (
    <>
      <Button onClick={() => change((before) => ({ ...before, rights: { ...before.rights, [right]: DENY } }))}>
        Changed elsewhere
      </Button>
      <Shown />
    </>
  );
}

/** Presses a control once it appears. */
function Pressed({ what }: Readonly<{ what: readonly string[] }>): ReactElement {
  useEffect(() => {
    const left = [...what];
    const timer = setInterval(() => {
      const control = document.querySelector<HTMLElement>(left[0] ?? '');
      if (control === null) return;
      control.click();
      left.shift();
      if (left.length === 0) clearInterval(timer);
    }, 20);
    return () => clearInterval(timer);
  }, [what]);
  return <Shown />;
}

const segment = (right: string, index: number): string =>
  `[data-right="${right}"] label:nth-of-type(${index}) input[type="radio"]`;

/** Stories of the rights of a machine. */
export const ACCESS_STORIES: readonly Story[] = [
  story('folders', {
    rights: { ...OFFICE.rights, files: ALLOW },
    folders: [
      { name: 'photos', path: '/home/mira/photos', mode: 'read' },
      { name: 'www', path: '/srv/www/a-site-with-a-rather-long-name.example', mode: 'write' },
    ],
  }),
  story('custom'),
  story('guest', { rights: ASKING }, { 'targets.list': async () => [] }),
  story(
    'for an hour',
    { rights: ASKING },
    {
      'targets.list': async () => [],
      'targets.temporary': async () => [
        { target: 'localhost:8000', expiresAt: NOW + HOUR },
        { target: 'db.office.lan:5432', expiresAt: NOW + HOUR / 2 },
      ],
      'targets.endTemporary': async () => ({}),
    },
  ),
  story(
    'running',
    { rights: { ...ASKING, terminal: { decision: 'allow', expiresAt: NOW + HOUR } } },
    {
      'targets.list': async () => {
        served = [
          { ...SERVED, title: 'mira@office: ~', program: 'deploy' },
          { ...SERVED, terminal: 'b'.repeat(32), title: 'bash', attached: false, startedAt: NOW - 26 * HOUR },
          { ...SERVED, terminal: 'c'.repeat(32), title: 'rsync -a photos/ /srv/photos', noTerminal: true },
          // Its device is away.
          { ...SERVED, terminal: 'e'.repeat(32), title: 'htop', attached: false, endsAt: NOW + 9 * 60_000 },
          { ...SERVED, terminal: 'd'.repeat(32), peerId: examplePeerId(3), title: 'of another machine' },
        ];
        return [];
      },
      'terminal.served': async ({ commands }) => (commands === true ? [...served] : []),
      'terminal.stop': async ({ terminal }) => {
        served = served.filter((each) => each.terminal !== terminal);
        return {};
      },
    },
  ),
  {
    name: 'access/in a browser',
    render: () => <Shown />,
    state: {
      facts: EXAMPLE_BROWSER_FACTS,
      peers: [
        {
          ...OFFICE,
          rightsThere: {
            at: NOW,
            rights: { terminal: 'allow', view: 'ask', forward: 'deny', relay: 'deny', prompt: 'deny' },
            ends: { terminal: NOW + 8 * HOUR },
          },
          browserThere: { life: '12h', endsAt: NOW + 8 * HOUR },
        },
      ],
    },
    // The agent of a page has no forwards.
    answers: { 'targets.list': refuse('control.unsupported'), 'targets.temporary': refuse('control.unsupported') },
  },
  story('mine', { rights: ALLOWING, own: true }, { 'targets.list': async () => [] }),
  story('denied', { rights: { ...ASKING, forward: DENY, terminal: { decision: 'deny', expiresAt: NOW + HOUR } } }),
  story('hostile name', { name: `\u202eevil ${'very-long-name'.repeat(6)}` }),
  story('not compared', {
    pairing: { words: ['crystal', 'orbit', 'mango', 'velvet'], compared: false, pending: { terminal: ALLOW } },
  }),
  story('there', {
    rightsThere: {
      at: NOW,
      rights: { terminal: 'allow', view: 'ask', forward: 'ask', relay: 'deny', prompt: 'ask', message: 'allow' },
      ends: { terminal: NOW + HOUR },
    },
  }),
  story('there, an old answer', { rightsThere: { at: NOW - HOUR, rights: { terminal: 'allow' } } }),
  story('there, offline', { online: false, rightsThere: { at: NOW, rights: { terminal: 'allow' } } }),
  story('a browser', {
    name: 'Firefox on loan',
    browser: { life: '12h', endsAt: NOW + 11 * HOUR },
    rights: { ...ASKING, terminal: { decision: 'allow', expiresAt: NOW + 11 * HOUR } },
  }),
  story('introduced', {
    introduced: { by: examplePeerId(3), byName: 'laptop', endsAt: NOW + 6 * 24 * HOUR },
    rights: { ...ASKING, terminal: { decision: 'allow', expiresAt: NOW + 6 * 24 * HOUR } },
  }),
  story('may introduce', { rights: { ...ASKING, introduce: ALLOW }, handsOn: ['terminal'] }),
  {
    ...story('agents', { agents: [...GRANTS] }),
    state: { agents: AGENTS, peers: [{ ...OFFICE, agents: [...GRANTS] }] },
  },
  story('suspended', { suspendedSince: NOW - HOUR }),
  { ...story('changed elsewhere'), render: () => <Elsewhere right="terminal" /> },
  {
    ...story(
      'terminals open',
      { rights: ALLOWING },
      { 'terminal.served': async () => [SERVED, { ...SERVED, terminal: 'b'.repeat(32) }] },
    ),
  },
  { ...story('allow terminals'), render: () => <Pressed what={[segment('terminal', 1)]} /> },
  {
    ...story('not saved', {}, { 'rights.set': refuse('rights.changed') }),
    render: () => <Pressed what={[segment('view', 3)]} />,
  },
  {
    ...story('saving', {}, { 'rights.set': () => new Promise<never>(() => undefined) }),
    render: () => <Pressed what={[segment('view', 3)]} />,
  },
  { ...story('my machine'), render: () => <Pressed what={['header label:nth-of-type(1) input[type="radio"]']} /> },
  {
    ...story('own device, not saved', {}, { 'peers.setOwn': refuse('store.write') }),
    render: () => <Pressed what={['[role="switch"]', '[data-right="own"] [role="group"] button']} />,
  },
  { ...story('adding a target'), render: () => <Pressed what={['[data-right="forward"] ul li:last-child button']} /> },
];
