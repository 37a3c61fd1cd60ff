import { useEffect, type ReactElement } from 'react';
import type {
  AgentStatus,
  CallInput,
  RelayServerPlan,
  RelayServerProgress,
  RelayServerQuestion,
  RelayServerState,
  RelayServerStep,
  RelayServerView,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { EXAMPLE_STATUS, examplePeer } from '../../stories/examples/index.ts';
import { useApp } from '../../store/index.ts';
import { Card } from '../../ui/index.ts';
import { DeployRelay } from './deploy-relay.tsx';
import { EMPTY_DRAFT, type ServerDraft } from './server-draft.ts';
import { ServerForm } from './server-form.tsx';
import { RelayMissing } from './relay-missing.tsx';
import { RelayNotice } from './relay-notice.tsx';
import { RelayServers } from './server-list.tsx';
import type { TaskKind } from './server-task.ts';
import { useServerTask } from './use-server-task.ts';

type Input = CallInput<'relayServers.run'>;
type Run = NonNullable<StoryAnswers['relayServers.run']>;

const HOST = 'relay.example.org';
const SERVER = `ada@${HOST}:22`;
const URL = `wss://${HOST}:7474`;
const BASE = '/opt/clawreach-relay';
const VERSION = EXAMPLE_STATUS.version;

const PLAN: RelayServerPlan = {
  task: 'deploy',
  server: SERVER,
  arch: 'x64',
  version: VERSION,
  before: null,
  size: 58_400_000,
  url: URL,
  actions: [
    { kind: 'copy-package', what: `clawreach ${VERSION}` },
    { kind: 'create-folder', what: `${BASE}/versions/${VERSION}-3f9ac41e07d2` },
    { kind: 'create-user', what: 'clawreach-relay' },
    { kind: 'create-folder', what: '/var/lib/clawreach-relay' },
    { kind: 'create-file', what: `${BASE}/installed.json` },
    { kind: 'create-service', what: '/etc/systemd/system/clawreach-relay.service' },
    { kind: 'open-port', what: 'ufw: 7474/tcp, 7474/udp' },
    { kind: 'switch-version', what: `${BASE}/current → versions/${VERSION}-3f9ac41e07d2` },
    { kind: 'start-service', what: 'clawreach-relay.service' },
    { kind: 'use-relay', what: URL },
  ],
};
const REMOVAL: RelayServerPlan = {
  ...PLAN,
  task: 'remove',
  version: null,
  before: '0.0.9',
  size: null,
  actions: [
    { kind: 'stop-service', what: 'clawreach-relay.service' },
    { kind: 'remove-service', what: '/etc/systemd/system/clawreach-relay.service' },
    { kind: 'close-port', what: 'ufw: 7474/tcp' },
    { kind: 'remove-folder', what: BASE },
    { kind: 'keep-data', what: '/var/lib/clawreach-relay' },
  ],
};
const RUNNING: RelayServerState = {
  installed: true,
  running: true,
  version: VERSION,
  available: VERSION,
  url: URL,
  pin: '3f9ac41e07d25b86e1704c9d2a6b8f305cd47e91a8036fb2d95e1c7048ba62fd',
  reachable: true,
};

const VIEWS: readonly RelayServerView[] = [
  { id: 'r1', server: { host: HOST, user: 'ada' }, url: URL, version: '0.0.9', deployedAt: 1_795_000_000_000 },
  {
    id: 'r2',
    server: { host: '198.51.100.7', user: 'root', port: 2222 },
    url: 'wss://198.51.100.7:7474',
    version: EXAMPLE_STATUS.version,
    deployedAt: 1_794_000_000_000,
  },
];
const UNREACHABLE: RelayServerQuestion = {
  kind: 'unreachable',
  url: URL,
  port: 7474,
  reason: 'connect ETIMEDOUT 198.51.100.7:7474',
};
const SUDO: RelayServerQuestion = { kind: 'sudo-password', server: SERVER, retry: false };
const COPYING = ['connect', 'survey', 'package', 'copy'] as const;
const REMOVE: Input = { task: 'remove', server: { host: HOST, user: 'ada' } };
const HOSTS = [
  { name: 'relay', host: HOST, user: 'ada' },
  { name: 'nas', host: '192.168.4.30', user: null },
  { name: 'office-gateway', host: 'gw.office.example.net', user: 'mira' },
];

/** This machine uses the first relay. */
const USING = { ...EXAMPLE_STATUS, relay: { ...EXAMPLE_STATUS.relay, url: URL, state: 'online' as const } };

/** This machine uses the relay that it hosts at this URL. */
const hosting = (url: string): AgentStatus => ({
  ...EXAMPLE_STATUS,
  relay: { ...EXAMPLE_STATUS.relay, url, state: 'online', own: true },
});

const pending = (): Promise<never> => new Promise(() => undefined);

/** Machine in this network that uses no relay. */
const NEARBY = examplePeer({
  name: 'office',
  pairing: { words: ['crystal', 'orbit', 'mango', 'velvet'], compared: true, pending: {} },
  linked: true,
  path: 'direct',
  address: '192.168.4.30:7474',
});

/** Story of a machine that doesn't use this machine's relay, with this answer to an offer. */
function missing(
  name: string,
  send: NonNullable<StoryAnswers['relayOffers.send']>,
  status: AgentStatus = USING,
): Story {
  return {
    name: `relay-server/${name}`,
    render: () => <RelayMissing machines={[NEARBY]} />,
    state: { status },
    answers: { 'relayOffers.send': send },
    frame: 'page',
  };
}

/** Story of the notice on the page of that machine. */
function notice(name: string, status: AgentStatus): Story {
  return {
    name: `relay-server/${name}`,
    render: () => <RelayNotice machine={NEARBY} />,
    state: { status, dismissedRelayNotices: [] },
    answers: { 'relayOffers.send': pending },
    frame: 'page',
  };
}

/** Machines of the store, after a relay of this network was set up. */
function AllMissing(): ReactElement {
  const machines = useApp(({ peers }) => peers);
  return <RelayMissing machines={machines} isNew />;
}

function steps(...names: readonly RelayServerStep[]): readonly RelayServerProgress[] {
  return names.map((step, index) => ({
    kind: 'step',
    step,
    state: index === names.length - 1 ? 'running' : 'done',
  }));
}

/** Continues the task that waits for an answer. */
let goOn = (): void => undefined;

/** Runs a task that reports, then waits, fails or ends. The plan among the reports is asked about, and agreed to. */
function run(reports: readonly RelayServerProgress[], end: () => ReturnType<Run> = pending): Run {
  return async (_input, { progress }) => {
    for (const report of reports) {
      progress(report);
      if (report === agreed) await new Promise<void>((resolve) => (goOn = resolve));
    }
    return await end();
  };
}

const asked = (question: RelayServerQuestion): RelayServerProgress => ({ kind: 'question', id: 'q', question });
const agreed: RelayServerProgress = { kind: 'question', id: 'agreed', question: { kind: 'plan', plan: PLAN } };
const failed = (step: RelayServerStep): RelayServerProgress => ({ kind: 'step', step, state: 'failed' });
const fails = (code: string, details: ClawReachError['details'] = {}) => {
  return (): Promise<never> => Promise.reject(new ClawReachError(code, code, { details }));
};

function answers(given: Run, servers: readonly RelayServerView[] = VIEWS): StoryAnswers {
  return {
    'relayServers.run': given,
    'relayServers.answer': async () => {
      goOn();
      return {};
    },
    'relayServers.cancel': async () => ({ server: null }),
    'relayServers.hosts': async () => HOSTS,
    'relayServers.list': async () => [...servers],
  };
}

function deploying(name: string, given: Run, isCancelled = false): Story {
  const input: Input = { task: 'deploy', server: { host: HOST, user: 'ada' } };
  return {
    name: `relay-server/${name}`,
    render: () => (
      <Card>
        <Started input={input} isCancelled={isCancelled} />
        <DeployRelay onReady={() => undefined} onHide={() => undefined} />
      </Card>
    ),
    answers: answers(given),
    frame: 'page',
  };
}

function form(name: string, draft: Partial<ServerDraft>): Story {
  return {
    name: `relay-server/${name}`,
    render: () => (
      <Card>
        <ServerForm draft={{ ...EMPTY_DRAFT, ...draft }} onChange={() => undefined} onConnect={() => undefined} />
      </Card>
    ),
    answers: answers(pending),
    frame: 'page',
  };
}

function list(name: string, servers: readonly RelayServerView[], task?: TaskKind, given: Run = pending): Story {
  const server = task === 'deploy' ? { host: 'relay-2.example.org', user: 'ada' } : servers[0]?.server;
  const input: Input | undefined = task === undefined || server === undefined ? undefined : { task, server };
  return {
    name: `relay-server/${name}`,
    render: () => (
      <Card>
        {input !== undefined && <Started input={input} />}
        <RelayServers />
      </Card>
    ),
    state: { status: USING },
    answers: answers(given, servers),
    frame: 'page',
  };
}

export const RELAY_SERVERS_STORIES: readonly Story[] = [
  deploying('connecting', run(steps('connect'))),
  form('form', {}),
  form('form with a key and ports', {
    host: 'relay',
    login: 'key',
    keyFile: '~/.ssh/id_ed25519',
    port: '2222',
    address: HOST,
  }),
  deploying(
    'host key',
    run([
      ...steps('connect'),
      asked({
        kind: 'host-key',
        host: HOST,
        port: 22,
        fingerprint: 'SHA256:7Qn3v0mC2tq9b5R1XkYwJ8sLd4ZfUeGhPaTiNoVrKcE',
      }),
    ]),
  ),
  deploying('password', run([...steps('connect'), asked({ kind: 'password', server: SERVER, retry: false })])),
  deploying('password wrong', run([...steps('connect'), asked({ kind: 'password', server: SERVER, retry: true })])),
  deploying(
    'passphrase',
    run([...steps('connect'), asked({ kind: 'passphrase', file: '/home/mira/.ssh/id_ed25519', retry: false })]),
  ),
  deploying('sudo', run([...steps('connect'), asked(SUDO)])),
  {
    ...deploying('sudo, same', run([...steps('connect'), asked({ ...SUDO, same: true })])),
    answers: {
      ...answers(run([...steps('connect'), asked({ ...SUDO, same: true })])),
      'relayServers.answer': async ({ answer }) => {
        // A test reads it here.
        document.documentElement.dataset['answered'] = answer.kind;
        return {};
      },
    },
  },
  deploying('plan', run([...steps('connect', 'survey', 'package'), asked({ kind: 'plan', plan: PLAN })])),
  deploying(
    'copying',
    run([
      { kind: 'plan', plan: PLAN },
      agreed,
      ...steps('connect', 'survey', 'package'),
      { kind: 'step', step: 'package', state: 'done' },
      { kind: 'step', step: 'copy', state: 'running', done: 23_000_000, total: 58_400_000 },
    ]),
  ),
  deploying(
    'cancelling',
    run([
      { kind: 'plan', plan: PLAN },
      agreed,
      ...steps('connect', 'survey', 'package', 'copy', 'verify', 'install'),
      failed('install'),
      { kind: 'step', step: 'undo', state: 'running' },
    ]),
    true,
  ),
  deploying(
    'unreachable',
    run([{ kind: 'plan', plan: PLAN }, agreed, ...steps('connect', 'check'), asked(UNREACHABLE)]),
  ),
  deploying(
    'failed',
    run(
      [
        { kind: 'plan', plan: PLAN },
        agreed,
        ...steps('connect', 'start'),
        failed('start'),
        { kind: 'undone', remains: [] },
      ],
      fails('relay-server.start', { reason: 'ActiveState=activating SubState=auto-restart Result=exit-code' }),
    ),
  ),
  deploying(
    'failed and not undone',
    run(
      [
        { kind: 'plan', plan: PLAN },
        agreed,
        ...steps('connect', 'install'),
        failed('install'),
        { kind: 'undone', remains: [`${BASE}/versions/${VERSION}-3f9ac41e07d2`, 'clawreach-relay'] },
      ],
      fails('relay-server.command', { reason: 'connection lost' }),
    ),
  ),
  deploying('failed to sign in', run([failed('connect')], fails('relay-server.sudo'))),
  deploying(
    'cancelled',
    run(
      [{ kind: 'plan', plan: PLAN }, agreed, failed('copy'), { kind: 'undone', remains: [] }],
      fails('relay-server.cancelled'),
    ),
  ),
  deploying(
    'done',
    run([agreed], async () => ({ outcome: 'done', plan: PLAN, state: RUNNING, kept: [] })),
  ),
  list('list empty', []),
  list('list', VIEWS),
  list(
    'list deploying',
    VIEWS.slice(0, 1),
    'deploy',
    run([{ kind: 'plan', plan: PLAN }, agreed, ...steps(...COPYING)]),
  ),
  list('list deploying, planned', [], 'deploy', run([...steps('connect'), asked({ kind: 'plan', plan: PLAN })])),
  list(
    'list deploying, asked',
    [],
    'deploy',
    run([{ kind: 'plan', plan: PLAN }, agreed, ...steps('connect', 'check'), asked(UNREACHABLE)]),
  ),
  notice('notice at a machine', USING),
  notice('notice at a machine, relay of this network', hosting('wss://192.168.4.10:7474')),
  missing('missing at one machine', pending),
  missing('missing, relay of this network', pending, hosting('wss://192.168.4.10:7474')),
  missing('missing, relay not tested', pending, hosting(URL)),
  missing('missing, asking', async (_input, { progress }) => {
    progress('approval');
    return await pending();
  }),
  missing('missing, declined', fails('relay-offer.declined')),
  {
    name: 'relay-server/missing, joins',
    render: () => <AllMissing />,
    state: {
      status: { ...USING, relay: { ...USING.relay, url: 'wss://192.168.4.10:7474' } },
      peers: [NEARBY],
    },
    answers: {
      'relayOffers.send': async () => {
        useApp.setState({ peers: [{ ...NEARBY, atRelay: true }] });
        return { peerId: NEARBY.peerId, name: 'office', online: true };
      },
    },
    frame: 'page',
  },
  missing('missing, not online yet', async () => ({ peerId: NEARBY.peerId, name: 'office', online: false })),
  list('list checking', VIEWS, 'status', run(steps('connect', 'survey'))),
  list('list checked', VIEWS, 'status', async () => ({ outcome: 'status', plan: null, state: RUNNING, kept: [] })),
  list(
    'list update',
    VIEWS,
    'update',
    run([
      asked({ kind: 'plan', plan: { ...PLAN, task: 'update', before: '0.0.9', actions: PLAN.actions.slice(0, 2) } }),
    ]),
  ),
  list(
    'list update with another port',
    VIEWS,
    'update',
    run([asked({ kind: 'plan', plan: { ...PLAN, task: 'update', before: '0.0.9' } })]),
  ),
  list('list checking, sudo', VIEWS, 'status', run([...steps('connect'), asked(SUDO)])),
  list('list removing, sudo', VIEWS, 'remove', run([...steps('connect'), asked(SUDO)])),
  list('list remove data', VIEWS, 'remove', run([asked({ kind: 'data', folder: '/var/lib/clawreach-relay' })])),
  list('list remove', VIEWS, 'remove', run([asked({ kind: 'plan', plan: REMOVAL })])),
  list('list removed', VIEWS, 'remove', async () => ({
    outcome: 'done',
    plan: REMOVAL,
    state: null,
    kept: ['/var/lib/clawreach-relay', 'clawreach-relay'],
  })),
  {
    name: 'relay-server/list removed, the last',
    render: () => (
      <Card>
        <Started input={REMOVE} />
        <RelayServers />
      </Card>
    ),
    answers: answers(async () => ({ outcome: 'done', plan: REMOVAL, state: null, kept: [] }), []),
    frame: 'page',
  },
];

/** Starts a task, agrees to its plan, and cancels it where the story shows that. */
function Started({ input, isCancelled = false }: Readonly<{ input: Input; isCancelled?: boolean }>): ReactElement {
  const { task, state } = useServerTask();
  const isFree = state === undefined;
  const isOther = state !== undefined && state.input !== input && state.end !== undefined;
  // The task of the story before may still end.
  useEffect(() => {
    if (isFree) void task.run(input);
    else if (isOther) task.clear();
  }, [task, input, isFree, isOther]);
  const { question, steps: reports = [], cancelling = false } = state ?? {};
  useEffect(() => {
    if (question?.id === 'agreed') void task.answer({ kind: 'decision', yes: true });
  }, [task, question]);
  const isUndoing = reports.some(({ step }) => step === 'undo');
  useEffect(() => {
    if (isCancelled && isUndoing && !cancelling) void task.cancel();
  }, [task, isCancelled, isUndoing, cancelling]);
  return <></>;
}
