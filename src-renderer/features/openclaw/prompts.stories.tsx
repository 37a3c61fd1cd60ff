import { useEffect, type ReactElement, type ReactNode } from 'react';
import { AppApiError } from '#shared/app-api/index.ts';
import type { Workflow } from '#shared/app-api/index.ts';
import type { AppState } from '../../store/index.ts';
import { EXAMPLE_PEERS, exampleApproval, exampleGateway, exampleRemote } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { InboxPage } from '../inbox/index.ts';
import { EXAMPLE_POLICY, exampleDevice } from './example-gateways.ts';
import { PromptPageState } from './prompts/prompt-page-state.ts';
import { RemoveOpenClawDialog } from './prompts/remove-dialog.tsx';
import { OpenClawPage } from './openclaw-page.tsx';
import { RestartDialog } from './prompts/restart-dialog.tsx';
import { RunDialog } from './workflows/run-dialog.tsx';
import { SaveDialog } from './prompts/save-dialog.tsx';
import { WorkflowDialog } from './workflows/workflow-dialog.tsx';

const REMOTES = [
  exampleRemote(),
  exampleRemote({
    id: 'remote-2',
    name: 'attic',
    peerName: 'attic-nas',
    heartbeat: null,
    heardAt: null,
    problem: 'link.no-way',
  }),
];
const GATEWAYS = [exampleGateway()];

const NAMED = [
  { name: 'deploy', description: 'Brings the newest version to the test machines' },
  { name: 'nightly-report', description: '' },
];
const OWN: Workflow[] = [
  {
    name: 'deploy',
    description: 'Brings the newest version to the test machines',
    gateway: null,
    action: {
      kind: 'prompt',
      template: 'Deploy the branch {{branch}} to the test machines, and tell what has changed.',
    },
  },
  {
    name: 'nightly-report',
    description: '',
    gateway: 'home',
    action: { kind: 'method', method: 'cron.run', params: { id: 'nightly' } },
  },
];

const WORDS =
  'The build is green again.\n\nWhat had failed:\n  1. `npm test` ran out of memory in the bench of links.\n  2. Two tests waited for a port that another program had.\n\nBoth are mended in 4f1c2aa.';
const HOSTILE = `<img src=x onerror=alert(1)> <script>alert(2)</script>\n\u202egnp.exe and \u0007 [31mred\n[click](javascript:alert(3)) ${'one-very-long-word'.repeat(30)}`;

const ANSWERS: StoryAnswers = {
  'remote.workflows': async () => NAMED,
  'remote.status': async () => ({
    node_id: 'build-server',
    uptime: 277_020,
    active_tasks: 1,
    last_error: null,
    connection_state: 'online',
  }),
  'remote.watch': (_input, { progress }) => {
    const heartbeat = { node_id: 'home', uptime: 3600, active_tasks: 2, last_error: null } as const;
    progress({ kind: 'heartbeat', heartbeat: { ...heartbeat, connection_state: 'online' } });
    return new Promise<never>(() => undefined);
  },
  'workflows.list': async () => OWN,
  'node.policy.get': async () => EXAMPLE_POLICY,
  'devices.list': async () => [exampleDevice()],
  'nodes.list': async () => [],
  'workflows.set': async ({ workflows }) => workflows,
};

const saying = (text: string): StoryAnswers => ({
  ...ANSWERS,
  'remote.prompt': async (_input, { progress }) => {
    for (const word of text.split(/(?<=\s)/u)) progress({ kind: 'token', text: word });
    return { text, taskId: null };
  },
});
const holding = (before: readonly string[]): StoryAnswers => ({
  ...ANSWERS,
  'remote.prompt': (_input, { progress }) => {
    for (const text of before) progress({ kind: 'token', text });
    return new Promise<never>(() => undefined);
  },
});
const refusing = (code: string): StoryAnswers => ({
  ...ANSWERS,
  'remote.prompt': async (_input, { progress }) => {
    progress({ kind: 'token', text: 'I have looked at the logs and' });
    throw new AppApiError(code, 'refused');
  },
});
const awaiting: StoryAnswers = {
  ...ANSWERS,
  'remote.prompt': (_input, { progress }) => {
    progress({ kind: 'approval' });
    return new Promise<never>(() => undefined);
  },
};

type Given = Readonly<{
  state?: Partial<AppState>;
  answers?: StoryAnswers;
  prompt?: string;
  /** Text of the button below the prompt that is pressed. */
  press?: string;
  dialog?: ReactNode;
}>;

const base: Partial<AppState> = {
  place: { page: 'openclaw' },
  openClaw: { kind: 'remote', id: 'remote-1' },
  peers: EXAMPLE_PEERS,
  remotes: REMOTES,
  gateways: GATEWAYS,
};

/** Builds a story of the page OpenClaw: types and sends a prompt, presses a button or shows a dialog, as a person would. */
function story(name: string, { state, answers = ANSWERS, prompt, press, dialog }: Given = {}): Story {
  return {
    frame: 'none',
    name: `prompts/${name}`,
    state: { ...base, ...state },
    answers,
    render: () => (
      <>
        {press !== undefined && <Pressed name={press} />}
        {prompt === undefined ? (
          <OpenClawPage prompts={new PromptPageState()} />
        ) : (
          <Sent prompt={prompt} prompts={new PromptPageState()} />
        )}
        {dialog}
      </>
    ),
  };
}

/** Types a prompt and sends it once the page is rendered. */
function Sent({ prompt, prompts }: Readonly<{ prompt: string; prompts: PromptPageState }>): ReactElement {
  useEffect(() => {
    const timer = setInterval(() => {
      const area = document.querySelector('textarea');
      const form = area?.form;
      if (area === null || form === undefined || form === null) return;
      clearInterval(timer);
      const first = `remote ${REMOTES[0]?.id ?? ''}`;
      prompts.conversation(first).setDraft(prompt);
      requestAnimationFrame(() => requestAnimationFrame(() => form.requestSubmit()));
    }, 10);
    return () => clearInterval(timer);
  }, [prompt, prompts]);
  return <OpenClawPage prompts={prompts} />;
}

/** Presses a button once it is rendered. */
function Pressed({ name }: Readonly<{ name: string }>): null {
  useEffect(() => {
    const timer = setInterval(() => {
      const button = Array.from(document.querySelectorAll<HTMLElement>('form button')).find(
        ({ textContent }) => textContent === name,
      );
      if (button === undefined) return;
      clearInterval(timer);
      button.click();
    }, 10);
    return () => clearInterval(timer);
  }, [name]);
  return null;
}

const nothing = (): void => undefined;
const remote = exampleRemote();
const beat = { node_id: 'build-server', uptime: 277_000, active_tasks: 0, last_error: null } as const;
const only = (given: Parameters<typeof exampleRemote>[0]): Given => ({ state: { remotes: [exampleRemote(given)] } });

const restarting = (tasks: readonly string[]): StoryAnswers => ({
  ...ANSWERS,
  'remote.restart': async (_input, { progress }) => {
    progress({ kind: 'pending', tasks: [...tasks] });
    return { cancelled: [] };
  },
});

/** Stories of conversations, of this device's workflows, and of their dialogs. */
export const PROMPTS_STORIES: readonly Story[] = [
  story('no recipients, no peers', { state: { remotes: [], gateways: [], peers: [] } }),
  story('no recipients', { state: { remotes: [], gateways: [] } }),
  story('loading', { state: { remotes: [], gateways: [], status: undefined } }),
  story('online'),
  story('reconnecting', only({ heartbeat: { ...beat, connection_state: 'reconnecting' } })),
  story(
    'offline with an error',
    only({
      heartbeat: {
        ...beat,
        connection_state: 'offline',
        last_error: `connect ECONNREFUSED 127.0.0.1:18789\n<b>\u202e${' at a place'.repeat(40)}`,
      },
    }),
  ),
  story('silent', only({ heardAt: Date.now() - 190_000 })),
  story('not heard of yet', only({ heartbeat: null, heardAt: null })),
  story('not to be watched', only({ heartbeat: null, heardAt: null, problem: 'rights.unasked' })),
  story('long and strange names', {
    state: {
      remotes: [
        exampleRemote({
          name: 'the agent that builds everything for everybody, all day',
          peerName: '<b>peer</b>\u202etxt with a very long name of its own',
          gateway: 'a gateway whose name is long',
        }),
      ],
    },
  }),
  story('own gateway', { state: { remotes: [] } }),
  story('own gateway restarting', {
    state: {
      remotes: [],
      gateways: [
        exampleGateway({
          operator: {
            state: 'waiting',
            retryAt: Date.now() + 3000,
            problem: { code: 'gateway.restarting', details: {}, at: Date.now() },
          },
          server: { version: '2026.9.6', startedAt: null, restarting: true },
        }),
      ],
    },
  }),
  story('own workflows of a gateway', { state: { remotes: [] }, press: 'Workflows' }),
  story('restart of an own gateway', {
    state: { remotes: [] },
    answers: restarting(['1 active embedded run(s)']),
    dialog: <RestartDialog target={{ kind: 'gateway', gateway: exampleGateway() }} onClose={nothing} />,
  }),
  story('own gateway away', {
    state: { remotes: [], gateways: [exampleGateway({ operator: { state: 'waiting' }, server: null })] },
  }),
  story('own gateway to look at only', {
    state: {
      remotes: [],
      gateways: [exampleGateway({ settings: { operator: { enabled: true, access: 'read-only' } } })],
    },
  }),
  story('waiting', { answers: holding([]), prompt: 'Why is the build red?' }),
  story('approval', { answers: awaiting, prompt: 'Why is the build red?' }),
  story('answering', {
    answers: holding(['The build is ', 'red because of two tests. ', 'The first']),
    prompt: 'Why is the build red?',
  }),
  story('answered', { answers: saying(WORDS), prompt: 'Why is the build red? Mend it, please.' }),
  story('answered with hostile text', {
    answers: saying(HOSTILE),
    prompt: `<b>bold?</b> ${'a long prompt '.repeat(80)}`,
  }),
  story('answered at length', { answers: saying(`${WORDS}\n\n`.repeat(60)), prompt: 'All of it' }),
  story('answered without words', { answers: saying(''), prompt: 'Say nothing' }),
  story('failed', { answers: refusing('link.path-lost'), prompt: 'Why is the build red?' }),
  story('refused', { answers: refusing('rights.denied'), prompt: 'Why is the build red?' }),
  story('workflows', { press: 'Workflows' }),
  {
    name: 'prompts/a peer asks here',
    state: {
      place: { page: 'inbox' },
      peers: EXAMPLE_PEERS,
      approvals: [
        exampleApproval({
          right: 'prompt',
          detail:
            'send OpenClaw a prompt at the gateway home: Why is the build red? ⏎ <b>Mend it</b>, and tell no one.',
        }),
        exampleApproval({
          id: 8,
          right: 'prompt',
          detail: 'restart OpenClaw at the gateway home; what it is doing is broken off',
        }),
      ],
    },
    answers: { 'approvals.list': async () => [] },
    render: () => <InboxPage />,
  },
  story('no workflows', { press: 'Workflows', answers: { ...ANSWERS, 'remote.workflows': async () => [] } }),
  story('workflows refused', {
    press: 'Workflows',
    answers: {
      ...ANSWERS,
      'remote.workflows': async () => {
        throw new AppApiError('rights.denied', 'refused');
      },
    },
  }),
  story('restart', {
    answers: restarting(['1 active embedded run(s)', 'cron: nightly <b>report</b>\u202e']),
    dialog: <RestartDialog target={{ kind: 'remote', remote }} onClose={nothing} />,
  }),
  story('restart with nothing pending', {
    answers: restarting([]),
    dialog: <RestartDialog target={{ kind: 'remote', remote }} onClose={nothing} />,
  }),
  story('restart asks for approval', {
    answers: {
      ...ANSWERS,
      'remote.restart': (_input, { progress }) => {
        progress({ kind: 'approval' });
        return new Promise<never>(() => undefined);
      },
    },
    dialog: <RestartDialog target={{ kind: 'remote', remote }} onClose={nothing} />,
  }),
  story('restart refused', {
    answers: {
      ...ANSWERS,
      'remote.restart': async () => {
        throw new AppApiError('rights.denied', 'refused');
      },
    },
    dialog: <RestartDialog target={{ kind: 'remote', remote }} onClose={nothing} />,
  }),
  story('add', { dialog: <SaveDialog onClose={nothing} /> }),
  story('edit', { dialog: <SaveDialog remote={remote} onClose={nothing} /> }),
  story('remove', { dialog: <RemoveOpenClawDialog remote={remote} onClose={nothing} /> }),
  story('run a workflow', {
    dialog: (
      <RunDialog
        workflow={{ name: 'deploy', description: 'Brings the newest version to the test machines' }}
        name="build agent"
        onRun={nothing}
        onClose={nothing}
      />
    ),
  }),
  story('own workflows', { state: { openClaw: { kind: 'workflows' } } }),
  story('no own workflows', {
    state: { openClaw: { kind: 'workflows' } },
    answers: { ...ANSWERS, 'workflows.list': async () => [] },
  }),
  story('add a workflow', { dialog: <WorkflowDialog workflows={OWN} onSaved={nothing} onClose={nothing} /> }),
  story('edit a prompt', {
    dialog: <WorkflowDialog workflows={OWN} {...workflowAt(0)} onSaved={nothing} onClose={nothing} />,
  }),
  story('edit a method', {
    dialog: <WorkflowDialog workflows={OWN} {...workflowAt(1)} onSaved={nothing} onClose={nothing} />,
  }),
];

function workflowAt(index: number): Readonly<{ workflow?: Workflow }> {
  const workflow = OWN[index];
  return workflow === undefined ? {} : { workflow };
}
