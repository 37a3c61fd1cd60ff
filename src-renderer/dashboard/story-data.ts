import {
  PlatformError,
  type AccountView,
  type DeviceView,
  type InstanceView,
  type PersonView,
  type PlainDeviceView,
  type PlatformHistoryEntry,
  type ProjectView,
  type RelayView,
} from '#shared/platform/index.ts';
import type { PageFacts } from '#shared/relay-page/index.ts';
import type { KeptNames } from './devices/index.ts';
import type { StoryRelay } from './story-client.ts';
import { ADAS_PICTURE } from './story-pictures.ts';

const NOW = Date.now();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Returns the ID number `n` of a kind, of the form that the relay's have. */
function id(kind: string, n: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

const peer = (start: string): string => start.padEnd(56, '7');

export const ADA = id('a', 1);
export const BOB = id('a', 2);
export const HOME = id('b', 1);
export const WORK = id('b', 2);
const OFFICE = peer('HJKMNPQRST');
/** Browser of the story as a device. */
const BROWSER = peer('T05KE5QQRF');

/** Version and fingerprint of the page. */
export const STORY_FACTS: PageFacts = {
  version: '0.1.0',
  hash: '3f9a1c52d07be846',
  signature: 'release',
  accounts: true,
};

export const KEPT_NAMES: KeptNames = { own: BROWSER, paired: new Map([[OFFICE, 'office']]) };

export const ACCOUNT: AccountView = {
  id: ADA,
  email: 'ada@example.org',
  emailVerified: true,
  name: 'Ada Lovelace',
  picture: ADAS_PICTURE,
  hasPassword: true,
  passkeys: 1,
  secondFactor: false,
  createdAt: NOW - 40 * DAY,
  strongUntil: NOW + 5 * MINUTE,
};

export const RELAY: RelayView = {
  version: '0.1.0',
  keyId: 'KQ3F-7TZA-9M2C',
  signUp: 'invited',
  mail: true,
  plainProtocol: true,
  installs: true,
  needsToken: true,
  accountsOnly: false,
  pin: null,
};

export const PROJECTS: readonly ProjectView[] = [
  {
    id: HOME,
    name: 'Home',
    role: 'owner',
    owner: { id: ADA, name: 'Ada Lovelace' },
    ownerDevice: OFFICE,
    plainAllowed: true,
    people: 2,
    devices: 4,
    online: 3,
    createdAt: NOW - 40 * DAY,
    updatedAt: NOW - 2 * DAY,
  },
  {
    id: WORK,
    name: 'Analytical Engine Works, laboratory in the north wing',
    role: 'member',
    owner: { id: BOB, name: 'Charles Babbage' },
    ownerDevice: null,
    plainAllowed: false,
    people: 7,
    devices: 0,
    online: 0,
    createdAt: NOW - 10 * DAY,
    updatedAt: NOW - 2 * DAY,
  },
];

const sealed = {
  encryption: 'end-to-end',
  role: 'member',
  account: null,
  browser: false,
  addedAt: NOW - 40 * DAY,
} as const;
const plain = { encryption: 'relay-can-read', addedAt: NOW - 3 * DAY } as const;

export const DEVICES: readonly DeviceView[] = [
  { ...sealed, id: OFFICE, label: 'office', role: 'owner', online: true, lastSeen: NOW },
  { ...sealed, id: peer('WM6ZAXQ875'), label: null, online: true, lastSeen: NOW },
  { ...sealed, id: BROWSER, label: 'Chrome on Linux', account: ADA, browser: true, online: true, lastSeen: NOW },
  {
    ...sealed,
    id: peer('0123456789'),
    label: 'Safari on iPhone',
    account: BOB,
    browser: true,
    online: false,
    lastSeen: NOW - 3 * DAY,
  },
  {
    ...plain,
    id: id('d', 1),
    label: 'Build server in the cellar',
    paired: true,
    codeExpiresAt: null,
    kind: 'connector',
    online: true,
    lastSeen: NOW,
  },
  {
    ...plain,
    id: id('d', 2),
    label: 'Assistant',
    paired: false,
    codeExpiresAt: NOW + 12 * MINUTE,
    kind: null,
    online: false,
    lastSeen: null,
  },
];

export const PEOPLE: readonly PersonView[] = [
  {
    id: ADA,
    name: 'Ada Lovelace',
    picture: ADAS_PICTURE,
    email: 'ada@example.org',
    role: 'owner',
    invitedBy: null,
    addedAt: NOW - 40 * DAY,
  },
  {
    id: BOB,
    name: 'Charles Babbage',
    picture: null,
    email: 'c@example.org',
    role: 'member',
    invitedBy: ADA,
    addedAt: NOW - DAY,
  },
];

const PROGRAM: InstanceView = {
  encryption: 'relay-can-read',
  id: 'office-bot',
  name: 'Office assistant',
  online: true,
  lastHeard: NOW - 60_000,
  reportedName: null,
  agents: ['planner', 'reader'],
  sent: 1204,
  received: 987,
  refused: 3,
  signsReceipts: true,
  createdAt: NOW - 20 * DAY,
};

/** Foreign programs of the project: one that is there, one that left, and one that never came. */
const PROGRAMS: readonly InstanceView[] = [
  PROGRAM,
  {
    ...PROGRAM,
    id: 'ci',
    name: 'Build robot',
    online: false,
    lastHeard: NOW - DAY,
    agents: [],
    sent: 12,
    received: 0,
    refused: 0,
    signsReceipts: false,
  },
  {
    ...PROGRAM,
    id: 'a-program-with-a-long-name.in-the-cellar',
    name: 'Measurements of the weather station on the roof of the long building',
    online: true,
    reportedName: 'weather 2.1',
    agents: ['wind'],
    sent: 0,
    received: 0,
    refused: 0,
    signsReceipts: false,
  },
  {
    ...PROGRAM,
    id: 'later',
    name: 'Kitchen',
    online: false,
    lastHeard: null,
    agents: [],
    sent: 0,
    received: 0,
    refused: 0,
    signsReceipts: false,
  },
];

/** Answers of the relay to what the dialogs do. */
const WRITES: StoryRelay = {
  'account.createLinkCode': { code: '7F4KM-92TXQ', expiresAt: NOW + 9 * MINUTE, relayKeyId: RELAY.keyId },
  'account.setPassword': new PlatformError('platform.step-up', 'password or passkey needed'),
  'instances.create': { instance: PROGRAM, key: 'fS0mP8Yk1cQbTq9vHnL4xZ7wRgJ2dK5uA3eN6oXiB-E' },
  'instances.createKey': { key: 'fS0mP8Yk1cQbTq9vHnL4xZ7wRgJ2dK5uA3eN6oXiB-E' },
  'devices.create': {
    device: DEVICES.find(({ encryption }) => encryption === 'relay-can-read') as PlainDeviceView,
    code: 'ABCDE-FGH12',
    expiresAt: NOW + 15 * MINUTE,
  },
  'devices.createCode': { code: 'ABCDE-FGH12', expiresAt: NOW + 15 * MINUTE },
  'invitations.create': {
    status: 'invited',
    message: 'invited',
    invitation: {
      id: id('e', 3),
      email: 'mary@example.org',
      status: 'pending',
      invitedBy: ADA,
      createdAt: NOW,
      expiresAt: NOW + 14 * DAY,
    },
    link: 'https://relay.example/auth?token=Vq3mYt0cJ6nZ8sR1bK5wH7xL2dP9fG4u#invitation',
  },
  'tokens.create': {
    token: { id: id('c', 4), name: 'Backup script', createdAt: NOW, usedAt: null, expiresAt: NOW + 30 * DAY },
    secret: 'crt_Vq3mYt0cJ6nZ8sR1bK5wH7xL2dP9fG4uAe3TyU6oI1p',
  },
};

const BABBAGE = { account: BOB, name: 'Charles Babbage', device: null, label: null };
const HAPPENED: PlatformHistoryEntry = {
  id: '0',
  kind: 'event',
  who: { account: ADA, name: 'Ada Lovelace', device: null, label: null },
  device: null,
  event: 'project.created',
  subject: null,
  status: 'ended',
  startedAt: NOW,
  endedAt: NOW,
  bytes: null,
  reason: null,
};

export const HISTORY: readonly PlatformHistoryEntry[] = [
  {
    id: '1',
    kind: 'link',
    who: { account: BOB, name: 'Charles Babbage', device: peer('0123456789'), label: 'Safari on iPhone' },
    device: { id: OFFICE, label: 'office' },
    event: null,
    subject: null,
    status: 'active',
    startedAt: NOW - 12 * MINUTE,
    endedAt: null,
    bytes: { toDevice: 12_400, fromDevice: 2_300_000 },
    reason: null,
  },
  {
    id: '2',
    kind: 'plain-session',
    who: { account: ADA, name: 'Ada Lovelace', device: null, label: null },
    device: { id: id('d', 1), label: 'Build server in the cellar' },
    event: null,
    subject: null,
    status: 'ended',
    startedAt: NOW - 3 * DAY,
    endedAt: NOW - 3 * DAY + 40 * MINUTE,
    bytes: null,
    reason: 'exit',
  },
  {
    id: '3',
    kind: 'link',
    who: { account: BOB, name: 'Charles Babbage', device: peer('0123456789'), label: 'Safari on iPhone' },
    device: { id: OFFICE, label: 'office' },
    event: null,
    subject: null,
    status: 'ended',
    startedAt: NOW - 4 * DAY,
    endedAt: NOW - 4 * DAY + 2000,
    bytes: { toDevice: 1200, fromDevice: 120 },
    reason: 'direct',
  },
  { ...HAPPENED, id: '4', startedAt: NOW - 5 * DAY, event: 'invitation.accepted', who: BABBAGE },
  {
    ...HAPPENED,
    id: '5',
    startedAt: NOW - 6 * DAY,
    event: 'invitation.created',
    subject: { account: null, name: 'charles@example.org' },
  },
];

/** Relay on which Ada is signed in, with two projects. */
export const STORY_RELAY: StoryRelay = {
  ...WRITES,
  'instances.list': { instances: [...PROGRAMS] },
  'relay.get': RELAY,
  'account.get': ACCOUNT,
  'projects.list': { projects: [...PROJECTS] },
  'projects.get': PROJECTS[0] as ProjectView,
  'devices.list': { devices: [...DEVICES] },
  'people.list': { people: [...PEOPLE] },
  'invitations.list': {
    invitations: [
      {
        id: id('e', 1),
        email: 'grace@example.org',
        status: 'pending',
        invitedBy: ADA,
        createdAt: NOW - DAY,
        expiresAt: NOW + 13 * DAY,
      },
    ],
  },
  'invitations.mine': {
    invitations: [
      {
        id: id('e', 2),
        projectName: 'Difference Engine',
        invitedBy: 'Charles Babbage',
        picture: null,
        email: 'ada@example.org',
        createdAt: NOW - DAY,
        expiresAt: NOW + 13 * DAY,
      },
    ],
  },
  'history.list': { entries: [...HISTORY], next: null },
  'sessions.list': {
    sessions: [
      {
        id: id('f', 1),
        agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
        addressGroup: '192.0.2.7',
        createdAt: NOW - 2 * DAY,
        usedAt: NOW,
        expiresAt: NOW + 12 * DAY,
        current: true,
      },
      {
        id: id('f', 2),
        agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1',
        addressGroup: '2001:db8::/64',
        createdAt: NOW - 9 * DAY,
        usedAt: NOW - DAY,
        expiresAt: NOW + 13 * DAY,
        current: false,
      },
    ],
  },
  'passkeys.list': {
    passkeys: [{ id: id('c', 1), name: 'Chrome on Linux', createdAt: NOW - 20 * DAY, usedAt: NOW - DAY }],
  },
  'skillConfigs.list': {
    skillConfigs: [
      { id: id('c', 3), skill: 'privaclaw', nodeId: id('d', 2), name: 'Assistant', updatedAt: NOW - 3 * DAY },
    ],
  },
  'tokens.list': {
    tokens: [
      { id: id('c', 2), name: 'Backup script', createdAt: NOW - 5 * DAY, usedAt: null, expiresAt: NOW + 25 * DAY },
    ],
  },
};
