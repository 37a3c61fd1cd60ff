import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { Story, StoryAnswers } from '../../stories/index.ts';
import { useApp } from '../../store/index.ts';
import { AddDialog } from './add-dialog.tsx';
import { Administration } from './administration.tsx';
import { DeviceDialog, type DeviceAction } from './device-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import {
  EXAMPLE_POLICY,
  exampleDevice,
  exampleGateway,
  exampleNode,
  exampleRole,
  exampleRun,
  FINGERPRINT,
  FORMER_FINGERPRINT,
  OFF,
  OPERATING,
} from './examples.ts';
import { FingerprintDialog } from './fingerprint-dialog.tsx';
import { GatewaysPage } from './gateways-page.tsx';
import { HandoverDialog } from './handover-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RuleDialog } from './rule-dialog.tsx';

const NOW = Date.now();
const problem = (code: string, details: Record<string, string | number> = {}) => ({ code, details, at: NOW - 4000 });
const nothing = (): void => undefined;

const CONNECTED = exampleGateway({ pendingRequests: 2 });
const PENDING_DEVICE = exampleGateway({
  id: 'pending000000000',
  settings: { name: 'Greenhouse' },
  operator: exampleRole({
    state: 'pairing',
    requestId: '5e1f0a77-2b9d',
    problem: problem('gateway.pairing', { requestId: '5e1f0a77-2b9d' }),
  }),
  node: exampleRole({
    state: 'pairing',
    requestId: '9c44d1e2-8f01',
    problem: problem('gateway.pairing', { requestId: '9c44d1e2-8f01' }),
  }),
  surface: { state: 'none', requestId: null, commands: [], waiting: [] },
  server: null,
});
const PENDING_COMMANDS = exampleGateway({
  id: 'commands00000000',
  settings: { name: 'Attic' },
  operator: OFF,
  surface: {
    state: 'pending',
    requestId: '2c47be90-11aa',
    commands: [],
    waiting: ['system.run', 'system.run.prepare', 'system.which'],
  },
  otherNode: 'openclaw-node.service',
});
const stopped = (name: string, code: string, details: Record<string, string | number> = {}): GatewayView =>
  exampleGateway({
    settings: { name, node: { enabled: false, name: 'mira-laptop', capabilities: [] } },
    operator: exampleRole({ state: 'stopped', problem: problem(code, details) }),
    node: OFF,
    server: null,
  });
const waiting = (name: string, code: string, details: Record<string, string | number> = {}): GatewayView =>
  exampleGateway({
    settings: { name, node: { enabled: false, name: 'mira-laptop', capabilities: [] } },
    operator: exampleRole({ state: 'waiting', retryAt: NOW + 95_000, problem: problem(code, details) }),
    node: OFF,
    server: null,
  });
const UNKNOWN = exampleGateway({
  id: 'unknown000000000',
  settings: { name: 'Workshop', fingerprint: null },
  operator: exampleRole({
    state: 'stopped',
    problem: problem('gateway.fingerprint-unknown', { fingerprint: FINGERPRINT }),
  }),
  node: exampleRole({
    state: 'stopped',
    problem: problem('gateway.fingerprint-unknown', { fingerprint: FINGERPRINT }),
  }),
  surface: { state: 'none', requestId: null, commands: [], waiting: [] },
  certificate: { fingerprint: FINGERPRINT, before: null, trusted: false },
  server: null,
});
const CHANGED = exampleGateway({
  id: 'changed000000000',
  settings: { name: 'Cellar', fingerprint: FORMER_FINGERPRINT },
  operator: exampleRole({
    state: 'stopped',
    problem: problem('gateway.fingerprint-changed', { before: FORMER_FINGERPRINT, fingerprint: FINGERPRINT }),
  }),
  node: OFF,
  certificate: { fingerprint: FINGERPRINT, before: FORMER_FINGERPRINT, trusted: false },
  server: null,
});
const REAPPROVAL = exampleGateway({
  settings: { name: 'Attic' },
  surface: {
    state: 'reapproval',
    requestId: '2c47be90-11aa',
    commands: ['system.which'],
    waiting: ['system.run', 'system.run.prepare'],
  },
  server: { version: '2026.9.6', startedAt: null, restarting: true },
});

const find = (gateway: string): GatewayView => {
  const view = useApp.getState().gateways.find(({ id }) => id === gateway);
  if (view === undefined)
    throw new ClawReachError('gateway.unknown', 'no such gateway', { details: { name: gateway } });
  return view;
};
const apply = (view: GatewayView): GatewayView => {
  useApp.setState(({ gateways }) => ({
    gateways: gateways.some(({ id }) => id === view.id)
      ? gateways.map((each) => (each.id === view.id ? view : each))
      : [...gateways, view],
  }));
  return view;
};

const MANY_DEVICES = Array.from({ length: 200 }, (_, number) =>
  exampleDevice({
    deviceId: number.toString(16).padStart(64, '0'),
    name: `machine-${number}`,
    self: number === 0,
    connected: number % 3 === 0,
    roles: number % 5 === 0 ? ['operator', 'node'] : ['node'],
    scopes: number % 5 === 0 ? ['operator.read'] : [],
    clientId: 'node-host',
    lastSeenAt: NOW - number * 600_000,
  }),
);
const DEVICES = [
  exampleDevice(),
  exampleDevice({
    deviceId: 'd'.repeat(64),
    name: 'Phone',
    label: 'Ada’s phone',
    platform: 'ios',
    self: false,
    connected: false,
    lastSeenAt: NOW - 7_200_000,
    scopes: ['operator.read', 'operator.write'],
    tokens: [
      { role: 'operator', scopes: ['operator.read'], createdAt: NOW - 900_000_000 },
      { role: 'node', scopes: [], createdAt: null },
    ],
  }),
];
const NODES = [
  exampleNode(),
  exampleNode({
    nodeId: 'b2'.repeat(32),
    name: 'Attic',
    approval: 'pending-reapproval',
    requestId: '2c47be90-11aa',
    commands: ['system.which'],
    waitingCommands: ['system.run', 'system.run.prepare'],
    host: null,
  }),
  exampleNode({
    nodeId: 'c3'.repeat(32),
    name: 'Cabin',
    approval: 'unapproved',
    connected: false,
    commands: [],
    lastSeenAt: null,
    host: null,
  }),
];

const ANSWERS: StoryAnswers = {
  'gateways.connect': async ({ gateway }) => apply({ ...find(gateway), operator: OPERATING }),
  'gateways.update': async ({ gateway, settings }) => apply({ ...find(gateway), settings }),
  'gateways.remove': async () => ({}),
  'gateways.trust': async ({ gateway, fingerprint, how }) => {
    const view = find(gateway);
    return apply({
      ...view,
      certificate: null,
      operator: exampleRole({ state: 'connecting' }),
      settings: how === 'always' ? { ...view.settings, fingerprint } : view.settings,
    });
  },
  'gateways.add': async ({ settings }) =>
    apply(exampleGateway({ id: 'added00000000000', settings, node: settings.node.enabled ? exampleRole() : OFF })),
  'gateways.probe': async () => ({
    reachable: true,
    problem: null,
    fingerprint: FINGERPRINT,
    trusted: false,
    subject: 'openclaw-gateway',
    validUntil: NOW + 1e11,
  }),
  'gateways.read': async ({ text }) => {
    if (!text.startsWith('oc-pair'))
      throw new ClawReachError('gateway.text-invalid', 'not a text that names a gateway', {
        details: { field: 'text' },
      });
    return {
      draft: 'd1',
      endpoint: { host: 'cellar.example.net', port: 18_789, tls: true, path: '/' },
      fingerprint: FINGERPRINT,
      name: null,
      nodeName: null,
      hasToken: true,
      setupExpiresAt: NOW + 540_000,
    };
  },
  'gateways.discover': async () => [
    { name: 'Cellar', host: '192.168.1.20', port: 18_789, tls: true, fingerprint: FORMER_FINGERPRINT },
    { name: 'Kitchen', host: 'kitchen.local', port: 18_789, tls: false, fingerprint: null },
  ],
  'gateways.handover': async ({ setupCode }) => ({
    text: 'To make a machine a node of Cellar:\n\n1. In ClawReach, choose Gateways, Add, and paste this link:\n   oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIuZXhhbXBsZS5uZXQ6MTg3ODkvIn0\n2. It is good for one machine and ten minutes.',
    link: setupCode ? `oc-pair://${'eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIuZXhhbXBsZS5uZXQ6MTg3ODkvIn0'.repeat(3)}` : null,
    command: 'openclaw connect oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIuZXhhbXBsZS5uZXQ6MTg3ODkvIn0',
    settings: JSON.stringify(
      { gateway: { mode: 'remote', remote: { url: 'wss://cellar.example.net:18789/' } } },
      undefined,
      2,
    ),
    expiresAt: setupCode ? Date.now() + 598_000 : null,
  }),
  'devices.list': async () => DEVICES,
  'devices.rename': async () => ({}),
  'devices.remove': async () => ({}),
  'devices.rotate': async () => ({}),
  'devices.revoke': async () => ({}),
  'nodes.list': async () => NODES,
  'nodes.rename': async () => ({}),
  'nodes.remove': async () => ({}),
  'node.policy.get': async () => EXAMPLE_POLICY,
  'node.policy.set': async ({ policy }) => policy,
  'node.allow': async ({ program, arguments: words, gateway }) => ({
    id: 'r9',
    program: `/usr/bin/${program}`,
    arguments: words,
    gateway,
    addedAt: Date.now(),
    lastUsedAt: null,
  }),
  'node.cancel': async () => ({}),
};

const page = (name: string, gateways: readonly GatewayView[], answers: StoryAnswers = {}): Story => ({
  name: `gateways/${name}`,
  render: () => <GatewaysPage />,
  state: { gateways, page: 'gateways' },
  answers: { ...ANSWERS, ...answers },
});
const over = (name: string, gateway: GatewayView, dialog: ReactElement, answers: StoryAnswers = {}): Story => ({
  name: `gateways/${name}`,
  render: () => (
    <>
      <GatewaysPage />
      {dialog}
    </>
  ),
  state: { gateways: [gateway], page: 'gateways' },
  answers: { ...ANSWERS, ...answers },
});
const certificateOf = ({ certificate }: GatewayView): NonNullable<GatewayView['certificate']> =>
  certificate ?? { fingerprint: FINGERPRINT, before: null, trusted: false };
const device = (name: string, action: DeviceAction): Story => ({
  name: `gateways/${name}`,
  render: () => (
    <>
      <Administration gateway={CONNECTED} onBack={nothing} />
      <DeviceDialog gateway={CONNECTED} device={exampleDevice()} action={action} onDone={nothing} onClose={nothing} />
    </>
  ),
  state: { gateways: [CONNECTED], page: 'gateways' },
  answers: ANSWERS,
});
const section = (
  name: string,
  which: 'devices' | 'nodes',
  answers: StoryAnswers = {},
  gateway: GatewayView = CONNECTED,
): Story => ({
  name: `gateways/${name}`,
  render: () => <Administration gateway={gateway} section={which} onBack={nothing} />,
  state: { gateways: [gateway], page: 'gateways' },
  answers: { ...ANSWERS, ...answers },
});
const node = (name: string, answers: StoryAnswers = {}, gateway: GatewayView = CONNECTED): Story => ({
  name: `gateways/${name}`,
  render: () => <GatewaysPage section="node" />,
  state: {
    gateways: [gateway],
    page: 'gateways',
    nodeRuns: [
      exampleRun({
        id: 5,
        command: 'rsync -a --delete /srv/photos/ backup:/photos/',
        outcome: 'running',
        startedAt: NOW - 42_000,
        endedAt: null,
        exitCode: null,
        outputLength: 0,
      }),
      exampleRun({
        id: 4,
        command: `curl -s https://example.net/${'x'.repeat(300)}\u202Egnp.exe`,
        outcome: 'denied',
        exitCode: null,
        outputLength: 0,
      }),
      exampleRun({ id: 3, command: 'make test', outcome: 'finished', exitCode: 2, outputLength: 18_233 }),
      exampleRun({ id: 2, command: 'sleep 9999', outcome: 'timed-out', exitCode: null, outputLength: 0 }),
      exampleRun(),
    ],
  },
  answers: { ...ANSWERS, ...answers },
});

export const GATEWAYS_STORIES: readonly Story[] = [
  page('none', []),
  page('connected', [CONNECTED]),
  page('several', [CONNECTED, UNKNOWN, PENDING_DEVICE]),
  page('pairing, device', [PENDING_DEVICE]),
  page('pairing, commands', [PENDING_COMMANDS]),
  page('more commands, restarting', [REAPPROVAL]),
  page('token wrong', [stopped('Cellar', 'gateway.token-wrong')]),
  page('refused', [waiting('Cellar', 'gateway.refused', { host: 'cellar.example.net', port: 18_789 })]),
  page('rate limited', [waiting('Cellar', 'gateway.rate-limited', { retryAfter: 95 })]),
  page('version', [stopped('Cellar', 'gateway.protocol', { ours: '4', theirs: '5' })]),
  page('certificate unknown', [UNKNOWN]),
  page('certificate changed', [CHANGED]),
  page('off', [
    exampleGateway({
      settings: {
        operator: { enabled: false, access: 'full' },
        node: { enabled: false, name: 'mira-laptop', capabilities: [] },
      },
      operator: OFF,
      node: OFF,
      server: null,
    }),
  ]),
  over(
    'fingerprint, first sight',
    UNKNOWN,
    <FingerprintDialog gateway={UNKNOWN} certificate={certificateOf(UNKNOWN)} onClose={nothing} />,
  ),
  over(
    'fingerprint, changed',
    CHANGED,
    <FingerprintDialog gateway={CHANGED} certificate={certificateOf(CHANGED)} onClose={nothing} />,
  ),
  over('add', CONNECTED, <AddDialog onClose={nothing} />),
  over('add, pasted', CONNECTED, <AddDialog given="oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIi" onClose={nothing} />),
  over('add, unreachable', CONNECTED, <AddDialog given="oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIi" onClose={nothing} />, {
    'gateways.probe': async () => ({
      reachable: false,
      problem: problem('gateway.refused', { host: 'cellar.example.net', port: 18_789 }),
      fingerprint: null,
      trusted: false,
      subject: null,
      validUntil: null,
    }),
  }),
  over(
    'add, another certificate',
    CONNECTED,
    <AddDialog given="oc-pair://eyJ1cmwiOiJ3c3M6Ly9jZWxsYXIi" onClose={nothing} />,
    {
      'gateways.probe': async () => ({
        reachable: true,
        problem: null,
        fingerprint: FORMER_FINGERPRINT,
        trusted: false,
        subject: 'openclaw-gateway',
        validUntil: null,
      }),
    },
  ),
  over('edit', CONNECTED, <EditDialog gateway={CONNECTED} onClose={nothing} />),
  over(
    'edit, token wrong',
    stopped('Cellar', 'gateway.token-wrong'),
    <EditDialog gateway={stopped('Cellar', 'gateway.token-wrong')} onClose={nothing} />,
  ),
  over('remove', CONNECTED, <RemoveDialog gateway={CONNECTED} onClose={nothing} />),
  over('handover', CONNECTED, <HandoverDialog gateway={CONNECTED} onClose={nothing} />),
  over('handover, no code', PENDING_COMMANDS, <HandoverDialog gateway={PENDING_COMMANDS} onClose={nothing} />),
  section('devices', 'devices'),
  section('devices, many', 'devices', { 'devices.list': async () => MANY_DEVICES }),
  section('devices, failed', 'devices', {
    'devices.list': () =>
      Promise.reject(new ClawReachError('gateway.scope', 'no right', { details: { missing: 'operator.pairing' } })),
  }),
  section('devices, away', 'devices', {}, PENDING_DEVICE),
  section('nodes', 'nodes'),
  section('nodes, none', 'nodes', { 'nodes.list': async () => [] }),
  device('device, rename', { kind: 'rename' }),
  device('device, remove', { kind: 'remove' }),
  device('device, rotate', { kind: 'rotate', role: 'operator' }),
  device('device, revoke', { kind: 'revoke', role: 'node' }),
  node('node'),
  node(
    'node, everything runs',
    { 'node.policy.get': async () => ({ ...EXAMPLE_POLICY, default: 'allow' }) },
    PENDING_COMMANDS,
  ),
  node('node, nothing set', { 'node.policy.get': async () => ({ default: 'ask', rules: [], folders: [] }) }),
  {
    name: 'gateways/node, new rule',
    render: () => (
      <>
        <GatewaysPage section="node" />
        <RuleDialog onAdded={nothing} onClose={nothing} />
      </>
    ),
    state: { gateways: [CONNECTED], page: 'gateways' },
    answers: ANSWERS,
  },
];
