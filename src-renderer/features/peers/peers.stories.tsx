import { useEffect, type ReactElement, type ReactNode } from 'react';
import type { AgentStatus, Grant, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { EXAMPLE_BROWSER_FACTS, EXAMPLE_STATUS, examplePeer, exampleRoundTrips } from '../../stories/examples/index.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { markUsed, useApp, type OpenTerminal } from '../../store/index.ts';
import { CompareDialog } from './dialogs/compare-dialog.tsx';
import { ForgetDialog } from './dialogs/forget-dialog.tsx';
import { IntroduceDialog } from './introduce/introduce-dialog.tsx';
import { MachinesPage } from '../machines/index.ts';
import { ReadmitDialog } from './dialogs/readmit-dialog.tsx';
import { SafetyNumberDialog } from './dialogs/safety-number-dialog.tsx';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.now();

const ASK: Grant = { decision: 'ask', expiresAt: null };
const ALLOW: Grant = { decision: 'allow', expiresAt: null };
const DENY: Grant = { decision: 'deny', expiresAt: null };

/** Marks the first machine as used when the test sets `data-used` on the page. */
function Used({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  useEffect(() => {
    let frame = 0;
    const look = (): void => {
      if (document.documentElement.dataset['used'] === undefined) frame = requestAnimationFrame(look);
      else {
        markUsed(OFFICE.peerId);
        document.documentElement.dataset['used'] = 'done';
      }
    };
    look();
    return () => {
      cancelAnimationFrame(frame);
      delete document.documentElement.dataset['used'];
    };
  }, []);
  return <>{children}</>;
}

/** Returns a distinct ID for each number below 1024; the first group differs already. */
function idOf(number: number): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const places = Array.from(
    { length: 54 },
    (_, index) => (number * 7 + index * index * 5 + index * (number + 11)) % 32,
  );
  return [number % 32, Math.floor(number / 32), ...places].map((digit) => alphabet.charAt(digit)).join('');
}

function peer(number: number, given: Partial<PeerView> = {}): PeerView {
  const peerId = idOf(number);
  const shortId = peerId.slice(0, 7);
  return examplePeer({ peerId, shortId, pairedAt: NOW - 40 * DAY, lastSeenAt: NOW - 2 * MINUTE, ...given });
}

const OFFLINE = { path: 'offline', online: false, linked: false, rtt: null, address: null } as const;

const OFFICE = peer(1, {
  name: 'office',
  rtt: 24,
  rights: {
    terminal: ALLOW,
    relay: ASK,
    forward: ASK,
    view: ASK,
    prompt: ASK,
    message: ASK,
    send: ASK,
    wake: ASK,
    files: DENY,
    introduce: ASK,
  },
});
const NAS = peer(2, {
  ...OFFLINE,
  name: 'attic-nas',
  cards: ['a4:bb:6d:10:22:33'],
  lastSeenAt: NOW - 3 * DAY,
  rights: {
    terminal: DENY,
    relay: ASK,
    forward: ASK,
    view: ASK,
    prompt: ASK,
    message: ASK,
    send: ASK,
    wake: ASK,
    files: DENY,
    introduce: ASK,
  },
});
const WORDS = ['crystal', 'orbit', 'mango', 'velvet'];
/** A peer whose words have not been compared. */
const UNCOMPARED = peer(14, {
  name: 'laptop',
  rtt: 8.4,
  pairing: {
    words: WORDS,
    compared: false,
    pending: { terminal: ALLOW, forward: { decision: 'allow', expiresAt: NOW + 3 * HOUR } },
  },
  pairedAt: NOW - MINUTE,
});
/** A peer that has not finished pairing. */
const UNFINISHED = peer(15, {
  ...OFFLINE,
  name: 'phone',
  lastSeenAt: null,
  pairing: { words: WORDS, compared: false, pending: {} },
  unfinishedUntil: NOW + 2 * MINUTE,
  pairedAt: NOW - MINUTE,
});
/** A peer that the relay has reported as removed. */
const BLOCKED = peer(16, {
  ...OFFLINE,
  name: 'old-laptop',
  suspendedSince: NOW - 20 * MINUTE,
  rights: {
    terminal: DENY,
    relay: DENY,
    forward: DENY,
    view: DENY,
    prompt: DENY,
    message: DENY,
    send: DENY,
    wake: DENY,
    files: DENY,
    introduce: DENY,
  },
});
/** A peer marked as belonging to the same person. */
const OWN = peer(13, {
  name: 'tablet',
  own: true,
  rtt: 12.2,
  rights: {
    terminal: ALLOW,
    relay: ALLOW,
    forward: ASK,
    view: ASK,
    prompt: ASK,
    message: ASK,
    send: ASK,
    wake: ASK,
    files: DENY,
    introduce: ASK,
  },
});
const MIXED: readonly PeerView[] = [
  OFFICE,
  peer(3, {
    name: 'build-server',
    path: 'direct',
    rtt: 0.7,
    address: '192.168.4.20:41712',
    rights: {
      terminal: { decision: 'allow', expiresAt: NOW + 3 * HOUR },
      relay: ASK,
      forward: ASK,
      view: ASK,
      prompt: ASK,
      message: ASK,
      send: ASK,
      wake: ASK,
      files: DENY,
      introduce: ASK,
    },
  }),
  peer(4, {
    name: 'colo-2',
    path: 'direct',
    rtt: 38.4,
    address: '203.0.113.9:41712',
    rights: {
      terminal: ASK,
      relay: ASK,
      forward: ASK,
      view: ASK,
      prompt: ASK,
      message: ASK,
      send: ASK,
      wake: ASK,
      files: DENY,
      introduce: ASK,
    },
  }),
  peer(5, {
    name: 'colo-10',
    linked: false,
    rtt: null,
    rights: {
      terminal: ASK,
      relay: ASK,
      forward: ASK,
      view: ASK,
      prompt: ASK,
      message: ASK,
      send: ASK,
      wake: ASK,
      files: DENY,
      introduce: ASK,
    },
  }),
  NAS,
  peer(6, {
    ...OFFLINE,
    name: 'old-laptop',
    lastSeenAt: null,
    rights: {
      terminal: ASK,
      relay: ASK,
      forward: ASK,
      view: ASK,
      prompt: ASK,
      message: ASK,
      send: ASK,
      wake: ASK,
      files: DENY,
      introduce: ASK,
    },
  }),
];

/** Peers with equal names, as earlier versions allowed, and with the names that later versions give. */
const ALIKE: readonly PeerView[] = [
  peer(7, { name: `bravo (${idOf(7).slice(0, 7)})` }),
  peer(8, { name: `br\u0430vo (${idOf(8).slice(0, 7)})` }),
  peer(9, { name: 'kitchen' }),
  peer(10, { name: 'k\u0456tchen-2', path: 'direct', rtt: 2.1 }),
];

const HOSTILE: readonly PeerView[] = [
  peer(7, { name: '<img src=x onerror=alert(1)>' }),
  peer(8, { name: 'office\u202egnp.exe\u202c' }),
  peer(9, {
    name: 'مكتب 12 (office)',
    rights: {
      terminal: ALLOW,
      relay: ASK,
      forward: ASK,
      view: ASK,
      prompt: ASK,
      message: ASK,
      send: ASK,
      wake: ASK,
      files: DENY,
      introduce: ASK,
    },
  }),
  peer(10, { name: 'of\u200bfice\u001b[31m' }),
  peer(11, { name: `a-very-long-name-without-any-place-to-break-it-${'x'.repeat(17)}`, rtt: 1432 }),
  peer(12, { ...OFFLINE, name: 'Ein Rechner mit vielen Wörtern im Namen, im zweiten Stock links hinten' }),
];

const MANY: readonly PeerView[] = Array.from({ length: 200 }, (_, index) => {
  const name = `${['build', 'node', 'edge', 'desk', 'lab'][index % 5] ?? 'node'}-${index + 1}`;
  return index % 3 === 0
    ? peer(index + 20, { ...OFFLINE, name, lastSeenAt: NOW - index * HOUR })
    : peer(index + 20, {
        name,
        rtt: 5 + ((index * 37) % 90),
        rights: {
          terminal: index % 4 === 0 ? ALLOW : ASK,
          relay: ASK,
          forward: ASK,
          view: ASK,
          prompt: ASK,
          message: ASK,
          send: ASK,
          wake: ASK,
          files: DENY,
          introduce: ASK,
        },
      });
});

const openTerminal = (id: number, peerId: string): OpenTerminal => ({
  id,
  peerId,
  title: 'bash',
  folder: '~',
  isLeft: false,
  show: () => undefined,
});

const state = (peers: readonly PeerView[]): NonNullable<Story['state']> => ({
  peers,
  roundTrips: exampleRoundTrips(peers),
});

/** Answers like an agent and changes the peers of the page. */
const ANSWERS: StoryAnswers = {
  'peers.list': async () => [...useApp.getState().peers],
  'peers.rename': async ({ peer: id, name }) => change(id, (before) => ({ ...before, name })),
  'rights.set': async ({ peer: id, right, decision, expiresAt }) =>
    change(id, (before) => ({ ...before, rights: { ...before.rights, [right]: { decision, expiresAt } } })),
  'peers.readmit': async ({ peer: id }) =>
    change(id, (before) => ({ ...before, suspendedSince: undefined, rights: OFFICE.rights })),
  'peers.setFavourite': async ({ peer: id, favourite }) =>
    change(id, (before) => ({ ...before, favourite: favourite ? true : undefined })),
  'peers.arrange': async ({ order }) => {
    const places = new Map(order.map(({ peer: id, group }, position) => [id, { group: group ?? undefined, position }]));
    useApp.setState(({ peers }) => ({ peers: peers.map((each) => ({ ...each, ...places.get(each.peerId) })) }));
    return [...useApp.getState().peers];
  },
  'peers.setOwn': async ({ peer: id, own }) => change(id, (before) => ({ ...before, own })),
  'peers.forget': async ({ peer: id }) => {
    useApp.setState(({ peers }) => ({ peers: peers.filter(({ peerId }) => peerId !== id) }));
    return { told: true };
  },
  'peers.ping': async () => ({ path: 'relay', address: 'relay.example.net:7474', rtt: 21.6 }),
};

function change(id: string, how: (before: PeerView) => PeerView): PeerView {
  const before = useApp.getState().peers.find(({ peerId }) => peerId === id);
  if (before === undefined) throw new ClawReachError('peer.unknown', 'no such peer', { details: { name: id } });
  const after = how(before);
  useApp.setState(({ peers }) => ({ peers: peers.map((other) => (other.peerId === id ? after : other)) }));
  return after;
}

const refuse =
  (code: string, details: Readonly<Record<string, string>> = {}) =>
  (): Promise<never> =>
    Promise.reject(new ClawReachError(code, code, { details }));
const never = (): Promise<never> => new Promise(() => undefined);

/** Presses a control as soon as it appears. */
function Pressed({ what, children }: Readonly<{ what: string; children: ReactNode }>): ReactElement {
  useEffect(() => {
    document.querySelector<HTMLElement>(what)?.click();
  }, [what]);
  return <>{children}</>;
}

/** Starts renaming the first machine by its key, and types a name. */
function Renaming({ name, children }: Readonly<{ name?: string; children: ReactNode }>): ReactElement {
  useEffect(() => {
    const row = document.querySelector<HTMLElement>(`[data-peer="${OFFICE.peerId}"] button`) ?? document.body;
    row.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true, cancelable: true }));
    const frame = requestAnimationFrame(() => {
      const input = document.querySelector<HTMLInputElement>('[data-name-input]');
      if (input === null || name === undefined) return;
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, name);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    return () => cancelAnimationFrame(frame);
  }, [name]);
  return <>{children}</>;
}

function Measured({ what }: Readonly<{ what: string }>): ReactElement {
  useEffect(() => {
    // The popover opens first; its button appears a frame later.
    const timer = setInterval(() => {
      const button = document.querySelector<HTMLElement>('section section button');
      if (button === null) return;
      clearInterval(timer);
      button.click();
    }, 20);
    return () => clearInterval(timer);
  }, []);
  return (
    <Pressed what={what}>
      <MachinesPage />
    </Pressed>
  );
}

/** Presses controls of a dialog one after the other, each when it is enabled. */
function Steps({ presses, children }: Readonly<{ presses: readonly string[]; children: ReactNode }>): ReactElement {
  useEffect(() => {
    const left = presses.map((what) => `[role="dialog"] ${what}:not(:disabled)`);
    const timer = setInterval(() => {
      const button = document.querySelector<HTMLElement>(left[0] ?? '');
      if (button === null) return;
      button.click();
      left.shift();
      if (left.length === 0) clearInterval(timer);
    }, 20);
    return () => clearInterval(timer);
  }, [presses]);
  return <>{children}</>;
}

const page = (): ReactElement => <MachinesPage />;
const ignore = (): void => undefined;
const CHANGE = 'dl button[aria-expanded="false"]';
const menuOf = (subject: PeerView): string => `[data-peer="${subject.peerId}"] button[aria-haspopup="menu"]`;
const NO_RELAY: AgentStatus = {
  ...EXAMPLE_STATUS,
  relay: { ...EXAMPLE_STATUS.relay, state: 'waiting', problem: 'relay.unreachable', retryAt: NOW + MINUTE },
};

export const PEERS_STORIES: readonly Story[] = [
  { frame: 'none', name: 'peers/none', render: page, state: state([]) },
  {
    frame: 'none',
    name: 'peers/not known yet',
    render: page,
    state: { ...state([]), status: undefined, connection: 'connecting' },
  },
  { frame: 'none', name: 'peers/one offline', render: page, state: state([NAS]), answers: ANSWERS },
  {
    frame: 'none',
    name: 'peers/one, in a browser',
    render: page,
    state: { ...state([OFFICE]), facts: EXAMPLE_BROWSER_FACTS },
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/page of one, in a browser',
    render: page,
    state: {
      ...state([OFFICE]),
      facts: EXAMPLE_BROWSER_FACTS,
      labels: { [OFFICE.peerId]: 'Head office' },
      place: { page: 'machines', machine: OFFICE.peerId },
    },
    answers: ANSWERS,
  },
  { frame: 'none', name: 'peers/several', render: page, state: state(MIXED), answers: ANSWERS },
  {
    frame: 'none',
    name: 'peers/open terminals',
    render: page,
    state: { ...state(MIXED), openTerminals: [1, 2].map((id) => openTerminal(id, OFFICE.peerId)) },
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/reordered',
    render: () => (
      <Used>
        <MachinesPage />
      </Used>
    ),
    state: state(MIXED),
    answers: ANSWERS,
  },
  { frame: 'none', name: 'peers/with an own device', render: page, state: state([...MIXED, OWN]), answers: ANSWERS },
  {
    frame: 'none',
    name: 'peers/not compared',
    render: page,
    state: state([OFFICE, UNCOMPARED, UNFINISHED]),
    answers: ANSWERS,
  },
  { frame: 'none', name: 'peers/blocked', render: page, state: state([OFFICE, BLOCKED]), answers: ANSWERS },
  { frame: 'none', name: 'peers/200', render: page, state: state(MANY), answers: ANSWERS },
  { frame: 'none', name: 'peers/long and hostile names', render: page, state: state(HOSTILE), answers: ANSWERS },
  { frame: 'none', name: 'peers/names that look the same', render: page, state: state(ALIKE), answers: ANSWERS },
  {
    frame: 'none',
    name: 'peers/menu',
    render: () => (
      <Pressed what={menuOf(OFFICE)}>
        <MachinesPage />
      </Pressed>
    ),
    state: state(MIXED),
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/path through the relay',
    render: () => (
      <Pressed what={CHANGE}>
        <MachinesPage />
      </Pressed>
    ),
    state: { ...state(MIXED), place: { page: 'machines', machine: OFFICE.peerId } },
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/path measured',
    render: () => <Measured what={CHANGE} />,
    state: { ...state(MIXED), place: { page: 'machines', machine: OFFICE.peerId } },
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/path measuring',
    render: () => <Measured what={CHANGE} />,
    state: { ...state(MIXED), place: { page: 'machines', machine: OFFICE.peerId } },
    answers: { ...ANSWERS, 'peers.ping': never },
  },
  {
    frame: 'none',
    name: 'peers/path not measured',
    render: () => <Measured what={CHANGE} />,
    state: { ...state(MIXED), place: { page: 'machines', machine: OFFICE.peerId } },
    answers: { ...ANSWERS, 'peers.ping': refuse('link.timeout', { name: 'office' }) },
  },
  {
    frame: 'none',
    name: 'peers/path of one that is offline',
    render: () => (
      <Pressed what={CHANGE}>
        <MachinesPage />
      </Pressed>
    ),
    state: { ...state(MIXED), place: { page: 'machines', machine: NAS.peerId } },
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/wake',
    render: () => <MachinesPage />,
    state: { ...state(MIXED), place: { page: 'machines', machine: NAS.peerId } },
    answers: {
      ...ANSWERS,
      'wake.send': async ({ via = [] }) => ({
        peerId: NAS.peerId,
        name: NAS.name,
        sent: [
          via.length === 0
            ? { by: null, name: null, networks: 1 }
            : { by: OFFICE.peerId, name: OFFICE.name, networks: 1 },
        ],
        failed: [],
      }),
    },
  },
  {
    frame: 'none',
    name: 'peers/wake without a sender',
    render: () => <MachinesPage />,
    state: { ...state(MIXED), place: { page: 'machines', machine: NAS.peerId } },
    answers: {
      ...ANSWERS,
      'wake.send': async () => {
        throw new ClawReachError('wake.no-sender', 'no machine could send the packets', {
          details: { name: NAS.name },
        });
      },
    },
  },
  {
    frame: 'none',
    name: 'peers/path without a relay',
    render: () => (
      <Pressed what={CHANGE}>
        <MachinesPage />
      </Pressed>
    ),
    state: { place: { page: 'machines', machine: NAS.peerId }, ...state([NAS]), status: NO_RELAY },
    answers: ANSWERS,
  },
  dialog('compare', (subject) => <CompareDialog peer={subject} onClose={ignore} />, {}, UNCOMPARED),
  {
    frame: 'none',
    name: 'peers/rename',
    render: () => (
      <Renaming>
        <MachinesPage />
      </Renaming>
    ),
    state: state(MIXED),
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/rename, name taken',
    render: () => (
      <Renaming name="colo-2">
        <MachinesPage />
      </Renaming>
    ),
    state: state(MIXED),
    answers: ANSWERS,
  },
  {
    frame: 'none',
    name: 'peers/rename on its page',
    render: () => (
      <Renaming>
        <MachinesPage />
      </Renaming>
    ),
    state: { ...state(MIXED), place: { page: 'machines', machine: OFFICE.peerId } },
    answers: ANSWERS,
  },
  dialog(
    'compare, busy',
    (subject) => (
      <Steps presses={['button:last-of-type']}>
        <CompareDialog peer={subject} onClose={ignore} />
      </Steps>
    ),
    { 'pairing.confirm': never },
    UNCOMPARED,
  ),
  dialog('readmit', (subject) => <ReadmitDialog peer={subject} onClose={ignore} />, {}, BLOCKED),
  dialog('safety number', (subject) => <SafetyNumberDialog peer={subject} onClose={ignore} />),
  dialog('forget', (subject) => <ForgetDialog peer={subject} onClose={ignore} />),
  dialog('forget, busy', (subject) => <ForgetDialog peer={subject} onClose={ignore} />, { 'peers.forget': never }),
  dialog('forget, refused', (subject) => <ForgetDialog peer={subject} onClose={ignore} />, {
    'peers.forget': refuse('store.write', { path: '/home/mira/.config/clawreach/peers.json' }),
  }),
  dialog('introduce', (subject) => <IntroduceDialog peer={subject} onClose={ignore} />),
  dialog(
    'introduce, asking',
    (subject) => (
      <Steps presses={['footer button:last-of-type']}>
        <IntroduceDialog peer={subject} onClose={ignore} />
      </Steps>
    ),
    {
      'introductions.introduce': (_input, { progress }) => {
        progress({ peer: idOf(3), step: 'approval' });
        return never();
      },
    },
  ),
  dialog(
    'forget a hostile name',
    (subject) => <ForgetDialog peer={subject} onClose={ignore} />,
    {},
    HOSTILE[1] ?? OFFICE,
  ),
];

/** Story of a dialog over the page. */
function dialog(
  name: string,
  render: (subject: PeerView) => ReactElement,
  answers: StoryAnswers = {},
  subject: PeerView = OFFICE,
): Story {
  const peers = MIXED.some(({ peerId }) => peerId === subject.peerId) ? MIXED : [...MIXED, subject];
  return {
    frame: 'none',
    name: `peers/${name}`,
    render: () => (
      <>
        <MachinesPage />
        {render(subject)}
      </>
    ),
    state: state(peers),
    answers: { ...ANSWERS, ...answers },
  };
}
