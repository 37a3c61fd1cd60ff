import { useEffect, type ReactElement, type ReactNode } from 'react';
import {
  AppApiError,
  MOST_CONVERSATIONS,
  type AgentView,
  type ConversationView,
  type ForeignInstanceView,
  type MessageView,
} from '#shared/app-api/index.ts';
import { showMessages, useApp, type AppState, type ConversationKey, type MessagesSubject } from '../../store/index.ts';
import { EXAMPLE_PEERS, EXAMPLE_STATUS } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { MessagesPage } from './messages-page.tsx';

const MINUTE = 60_000;
const NOW = new Date().setHours(14, 4, 30, 0);
const OFFICE = EXAMPLE_PEERS[0]?.peerId ?? EXAMPLE_STATUS.device.peerId;
const NAS = EXAMPLE_PEERS[1]?.peerId ?? OFFICE;

const tokenOf = (name: string): string => `/home/mira/.config/clawreach/agents/${name}.token`;
/** Fields of an agent that keeps its messages in the inbox. */
const HOLDS = { files: null, intake: 'hold', openclaw: null, webhook: null, webhookSecret: null } as const;
const AGENTS: readonly AgentView[] = [
  { name: 'me', description: '', builtIn: true, waiting: 2, held: 0, http: false, tokenFile: null, ...HOLDS },
  {
    name: 'coder',
    description: 'Writes and tests code in ~/src',
    builtIn: false,
    waiting: 1,
    held: 1,
    http: true,
    tokenFile: tokenOf('coder'),
    ...HOLDS,
  },
  {
    name: 'planner',
    description: '',
    builtIn: false,
    waiting: 0,
    held: 0,
    http: false,
    tokenFile: tokenOf('planner'),
    ...HOLDS,
    files: '/home/mira/src/shop/reports',
  },
];

let serial = 0;
function message(given: Partial<MessageView> & ConversationKey): MessageView {
  serial += 1;
  const id = serial.toString(16).padStart(32, '0');
  const { direction = 'out', time = NOW } = given;
  return {
    id,
    direction,
    peerName: 'office',
    thread: 'pull-request-412',
    replyTo: null,
    media: 'text/plain',
    body: '',
    files: [],
    isCut: false,
    time,
    expires: time + 7 * 86_400_000,
    auto: false,
    verified: 'device',
    state: 'read',
    since: time + 20_000,
    code: null,
    waitsFor: null,
    ...given,
  };
}

function file(given: Partial<MessageView['files'][number]>): MessageView['files'][number] {
  return { transfer: 'f'.repeat(32), name: 'file', size: 1, state: 'done', code: null, path: null, ...given };
}

const REVIEW: ConversationKey = { agent: 'coder', peerId: OFFICE, other: 'reviewer' };
const first = message({
  ...REVIEW,
  body: 'Pull request 412 is ready. It waits with full jitter between tries and bounds the resend buffer at 4,096 entries. Please look at queue/bound.ts first.',
  time: NOW - 6 * MINUTE,
});
const REVIEWED: readonly MessageView[] = [
  first,
  message({
    ...REVIEW,
    direction: 'in',
    auto: true,
    replyTo: first.id,
    body: 'Jitter looks right. In bound.ts:58 the oldest entry is dropped one too late: at 4,096 there are 4,097. A test would have caught it.',
    time: NOW - 3 * MINUTE,
    state: 'taken',
  }),
  message({
    ...REVIEW,
    body: '{"commit":"9c41e7a","tests":{"passed":412,"failed":0},"coverage":{"src-shared/link":0.97}}',
    media: 'application/json',
    time: NOW - 2 * MINUTE,
  }),
  message({
    ...REVIEW,
    body: 'Logs of the failing run, and what it has left.',
    files: [
      file({ name: 'run-1182.log', size: 48_200, path: '/home/mira/src/shop/run-1182.log' }),
      file({ name: 'leftovers', size: null, path: '/home/mira/src/shop/leftovers' }),
    ],
    time: NOW - MINUTE,
    state: 'stored',
  }),
  message({ ...REVIEW, body: 'Should I merge when the checks are green?', state: 'queued' }),
];

const ARCHIVE: ConversationKey = { agent: 'me', peerId: NAS, other: 'archivist' };
const ARCHIVED: readonly MessageView[] = [
  message({ ...ARCHIVE, body: 'Keep the last 90 days, then delete.', time: NOW - 86_400_000, thread: '0'.repeat(32) }),
  message({
    ...ARCHIVE,
    direction: 'in',
    body: 'Done. 1,204 files are gone, 88 GB are free again.',
    time: NOW - 44 * MINUTE,
    state: 'stored',
    thread: '0'.repeat(32),
  }),
];

const BUILD: ConversationKey = { agent: 'coder', peerId: OFFICE, other: 'builder' };
const EVERY_STATE: readonly MessageView[] = [
  message({
    ...BUILD,
    direction: 'in',
    body: 'The image for arm64 is built. Shall I build it again?',
    auto: true,
    state: 'stored',
    waitsFor: 'loop',
  }),
  message({ ...BUILD, body: 'Is this one queued?', state: 'queued' }),
  message({ ...BUILD, body: 'Is this one sent?', state: 'sent' }),
  message({ ...BUILD, body: 'Asked for', state: 'sent', waitsFor: 'approval' }),
  message({ ...BUILD, body: 'An older one', state: 'queued', waitsFor: 'older' }),
  message({ ...BUILD, body: 'Not let in', state: 'queued', waitsFor: 'refused' }),
  message({ ...BUILD, body: 'Is this one stored?', state: 'stored' }),
  message({ ...BUILD, body: 'Is this one taken?', state: 'taken' }),
  message({ ...BUILD, body: 'Is this one read?', state: 'read' }),
  message({ ...BUILD, body: 'Is this one refused?', state: 'refused', code: 'message.unknown-agent' }),
  message({
    ...BUILD,
    body: 'Is this one declined?',
    state: 'refused',
    code: 'rights.declined',
    retryAt: NOW + 60_000,
  }),
  message({ ...BUILD, body: 'Is this one expired?', state: 'expired' }),
  message({ ...BUILD, body: 'Is this one taken back?', state: 'cancelled' }),
  message({ ...BUILD, body: 'Is this one lost?', state: 'lost' }),
];

const KEPT: ConversationKey = { agent: 'coder', peerId: OFFICE, other: 'deployer' };
const kept = (code: string, body: string, state: MessageView['state'] = 'stored'): MessageView =>
  message({ ...KEPT, direction: 'in', body, state, code });
const NOT_DELIVERED: readonly MessageView[] = [
  kept('gateway.unavailable', 'Is the gateway there?'),
  kept('message.webhook-status', 'Does the webhook take it?'),
  kept('remote.lost', 'Has the agent answered?', 'taken'),
  kept('rights.denied', 'May I give you work?'),
  message({
    ...KEPT,
    direction: 'in',
    body: 'Was this one declined?',
    state: 'stored',
    code: 'rights.declined',
    isDeclined: true,
  }),
];
/** As many conversations as are listed. */
const MANY = Array.from({ length: MOST_CONVERSATIONS }, (_, index) => [
  message({ ...REVIEW, other: `reviewer-${index}`, body: `Message ${index}`, time: NOW - index * MINUTE }),
]);

const HOSTILE: ConversationKey = { agent: 'me', peerId: OFFICE, other: 'ops-bot' };
const LONG = `${'A line of a log that is long enough to be folded.\n'.repeat(60)}The end.`;
const HOSTILE_MESSAGES: readonly MessageView[] = [
  message({
    ...HOSTILE,
    direction: 'in',
    files: [
      file({ name: `invoice\u202efdp.exe ${'long '.repeat(40)}`, size: 4_000_000, state: 'running' }),
      file({ name: 'refused', state: 'refused', code: 'rights.denied' }),
    ],
    body: `<img src=x onerror=alert(1)> <script>alert(2)</script>\n\u202egnp.exe and \u0007 [31mred\n[click](javascript:alert(3)) https://example.org/ ${'one-very-long-word'.repeat(30)}`,
  }),
  message({ ...HOSTILE, direction: 'in', body: LONG.slice(0, 200), isCut: true }),
  message({ ...HOSTILE, direction: 'in', body: '{"not": json', media: 'application/json' }),
  message({
    ...HOSTILE,
    direction: 'in',
    body: 'From the end of time.',
    time: Number.MAX_SAFE_INTEGER,
    expires: Number.MAX_SAFE_INTEGER,
    since: NOW,
  }),
];

const LINKS: ConversationKey = { agent: 'me', peerId: OFFICE, other: 'release-bot' };
const LINKED: readonly MessageView[] = [
  message({
    ...LINKS,
    direction: 'in',
    body: 'The release is at https://downloads.example.org/clawreach/0.1.0/notes.html?lang=en (and its log at http://10.4.0.7:8080/log).',
  }),
  message({
    ...LINKS,
    direction: 'in',
    body: 'Sign in at https://ex\u0430mple.org/login or at https://bank.example.com@login.attacker.example/session.',
  }),
  message({ ...LINKS, body: 'I have read https://example.org/mine.' }),
];

const PROGRAM: ConversationKey = { agent: 'me', peerId: 'Z'.repeat(56), other: 'reader' };
const PROGRAM_MESSAGES: readonly MessageView[] = [
  message({ ...PROGRAM, peerName: 'program:office-bot', body: 'Good morning', verified: 'relay', state: 'stored' }),
  message({
    ...PROGRAM,
    peerName: 'program:office-bot',
    direction: 'in',
    auto: true,
    body: 'Good morning',
    verified: 'relay',
  }),
];
const INSTANCES: readonly ForeignInstanceView[] = [
  {
    peerId: PROGRAM.peerId,
    name: 'office-bot',
    address: 'program:office-bot',
    relay: 'relay.example:7474',
    isOnline: true,
    agents: ['reader'],
    message: 'ask',
    told: [],
  },
];

const ALL = [REVIEWED, ARCHIVED, EVERY_STATE, HOSTILE_MESSAGES];

function conversation(messages: readonly MessageView[]): ConversationView {
  const last = messages.at(-1) ?? first;
  const { agent, peerId, other } = last;
  const incoming = messages.filter(({ direction, state }) => direction === 'in' && state === 'stored');
  const held = incoming.filter(({ waitsFor }) => waitsFor === 'loop').length;
  return { agent, peerId, other, last, waiting: incoming.length - held, held };
}

const isOf = (
  one: ConversationKey,
  input: Readonly<{ agent?: string | undefined; peer?: string | undefined; other?: string | undefined }>,
): boolean => one.agent === input.agent && one.peerId === input.peer && one.other === input.other;

/** Answers of an agent with these messages, which changes them as a real one does, but sends no events. */
function answersOf(conversations: readonly (readonly MessageView[])[]): StoryAnswers {
  const all = conversations.flat();
  const find = (id: string): MessageView => {
    const found = all.find((one) => one.id === id);
    if (found === undefined) throw new AppApiError('message.unknown', 'no such message');
    return found;
  };
  return {
    'agents.list': async () => [...useApp.getState().agents],
    'agents.set': async ({
      name,
      description = '',
      http = false,
      openclaw = null,
      webhook = null,
      intake = 'hold',
    }) => {
      const agent = {
        name,
        description,
        builtIn: name === 'me',
        waiting: 0,
        held: 0,
        http,
        tokenFile: tokenOf(name),
        files: null,
        intake,
        openclaw,
        webhook,
        webhookSecret: null,
      };
      useApp.setState(({ agents }) => ({ agents: [...agents.filter((one) => one.name !== name), agent] }));
      return agent;
    },
    'agents.remove': async ({ name }) => {
      useApp.setState(({ agents }) => ({ agents: agents.filter((one) => one.name !== name) }));
      return {};
    },
    'agents.there': async () => [
      { name: 'me', description: '' },
      { name: 'reviewer', description: 'Reads pull requests' },
    ],
    'messages.conversations': async () => conversations.map(conversation),
    'messages.list': async ({ before, limit, ...wanted }) => {
      const fitting = all.filter((one) => isOf(one, wanted)).toReversed();
      const begin = before === undefined ? 0 : fitting.findIndex(({ id }) => id === before) + 1;
      return fitting.slice(begin, begin + limit);
    },
    'messages.get': async ({ id }) => {
      const found = find(id);
      return found.isCut ? { ...found, body: LONG, isCut: false } : found;
    },
    'messages.settle': async ({ id, state }) => {
      const found = find(id);
      useApp.setState(({ agents }) => ({
        agents: agents.map((one) => (one.name === found.agent ? { ...one, waiting: one.waiting - 1 } : one)),
      }));
      return { ...found, state };
    },
    'messages.cancel': async ({ id }) => ({ ...find(id), state: 'cancelled' }),
    'messages.discard': async () => {
      // A test reads here that it was called.
      document.documentElement.dataset['discarded'] = 'true';
      return { count: 1 };
    },
    'messages.release': async ({ id }) => ({ ...find(id), waitsFor: null }),
    'messages.send': async ({ from = 'me', peer, agent, body }) =>
      message({ agent: from, peerId: peer, other: agent, body, state: 'queued' }),
    'shell.messages.send': async ({ from = 'me', peer, agent, body }) =>
      message({ agent: from, peerId: peer, other: agent, body, state: 'queued', files: [file({ state: 'waiting' })] }),
  };
}

type Given = Readonly<{
  subject?: MessagesSubject | undefined;
  messages?: readonly (readonly MessageView[])[];
  state?: Partial<AppState>;
  answers?: StoryAnswers;
  after?: ReactNode;
}>;

function story(name: string, { subject, messages = ALL, state, answers, after }: Given = {}): Story {
  return {
    frame: 'none',
    name: `messages/${name}`,
    state: {
      place: { page: 'messages' },
      peers: EXAMPLE_PEERS,
      agents: AGENTS,
      conversations: messages.map(conversation),
      messages: subject,
      ...state,
    },
    answers: { ...answersOf(messages), ...answers },
    render: () => (
      <>
        <MessagesPage />
        {after}
      </>
    ),
  };
}

/** Opens a subject once the page is drawn, as a button elsewhere does. */
function Opened({ subject }: Readonly<{ subject: MessagesSubject }>): ReactElement {
  useEffect(() => showMessages(subject), [subject]);
  return <></>;
}

const LOTS = Array.from({ length: 400 }, (_, index) =>
  message({
    ...REVIEW,
    body: `Message ${index + 1}`,
    time: NOW - (400 - index) * MINUTE,
    direction: index % 2 === 0 ? 'out' : 'in',
  }),
);

/** State and answers of an agent with conversations, for stories of the whole window. */
export const EXAMPLE_MESSAGES = {
  state: { agents: AGENTS, conversations: ALL.map(conversation) },
  answers: answersOf(ALL),
};

/** Stories of the page Messages. */
export const MESSAGES_STORIES: readonly Story[] = [
  story('conversations'),
  story('conversation', { subject: { kind: 'conversation', ...REVIEW } }),
  story('conversation of the person', { subject: { kind: 'conversation', ...ARCHIVE } }),
  story('every state', { subject: { kind: 'conversation', ...BUILD } }),
  story('not delivered', {
    subject: { kind: 'conversation', ...KEPT },
    messages: [NOT_DELIVERED],
    answers: {
      'messages.release': async ({ id }) => {
        const released = NOT_DELIVERED.find((one) => one.id === id);
        if (released === undefined) throw new AppApiError('message.unknown', 'no such message');
        // A test reads the text here.
        document.documentElement.dataset['released'] = released.body;
        return { ...released, code: null };
      },
    },
  }),
  story('many conversations', { messages: MANY }),
  story('hostile texts', { subject: { kind: 'conversation', ...HOSTILE } }),
  story('links', {
    subject: { kind: 'conversation', ...LINKS },
    messages: [LINKED],
    answers: {
      'shell.openLink': async ({ url }) => {
        // A test reads the address here.
        document.documentElement.dataset['opened'] = url;
        return {};
      },
    },
  }),
  story('program at the relay', {
    subject: { kind: 'conversation', ...PROGRAM },
    messages: [PROGRAM_MESSAGES],
    state: { instances: INSTANCES },
    answers: {
      'messages.send': ({ relayCanRead, from = 'me', peer, agent, body }) =>
        relayCanRead === true
          ? Promise.resolve(
              message({ agent: from, peerId: peer, other: agent, body, state: 'queued', verified: 'relay' }),
            )
          : Promise.reject(
              new AppApiError('message.relay-reads', 'read', {
                details: { name: 'program:office-bot', relay: 'relay.example:7474' },
              }),
            ),
    },
  }),
  story('many messages', { subject: { kind: 'conversation', ...REVIEW }, messages: [LOTS] }),
  story('not to be loaded', {
    subject: { kind: 'conversation', ...REVIEW },
    answers: { 'messages.list': () => Promise.reject(new AppApiError('message.unavailable', 'unavailable')) },
  }),
  story('empty', { messages: [], state: { agents: AGENTS.slice(0, 1) } }),
  story('empty without machines', { messages: [], state: { agents: AGENTS.slice(0, 1), peers: [] } }),
  story('agents, no messages', { messages: [] }),
  story('new message', { subject: { kind: 'new' } }),
  story('new message, no answer', {
    subject: { kind: 'new', peerId: OFFICE },
    answers: { 'agents.there': () => Promise.reject(new AppApiError('link.no-way', 'offline')) },
  }),
  story('agents', { subject: { kind: 'agents' } }),
  story('add an agent', { after: <Opened subject={{ kind: 'agents', isAdding: true }} /> }),
];
