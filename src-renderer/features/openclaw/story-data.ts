import type { GatewayView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { StoryAnswers } from '../../stories/index.ts';
import { useApp } from '../../store/index.ts';
import {
  EXAMPLE_POLICY,
  exampleDevice,
  exampleGatewayView,
  exampleNode,
  exampleRole,
  FINGERPRINT,
  FORMER_FINGERPRINT,
  ROLE_OFF,
  OPERATING,
} from './example-gateways.ts';

/** Time of the stories of gateways, ms since 1970. */

export const NOW = Date.now();
/** Returns a problem with this code that is four seconds old. */
export const problem = (code: string, details: Record<string, string | number> = {}) => ({
  code,
  details,
  at: NOW - 4000,
});
/** Does nothing; stands in for the callbacks of dialogs. */
export const nothing = (): void => undefined;

/** Gateway that is connected, with two requests. */
export const CONNECTED = exampleGatewayView({ pendingRequests: 2 });
/** Gateway that hasn't approved this device yet. */
export const PENDING_DEVICE = exampleGatewayView({
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
/** Gateway that has approved this device but not its commands. */
export const PENDING_COMMANDS = exampleGatewayView({
  id: 'commands00000000',
  settings: { name: 'Attic' },
  operator: ROLE_OFF,
  surface: {
    state: 'pending',
    requestId: '2c47be90-11aa',
    commands: [],
    waiting: ['system.run', 'system.run.prepare', 'system.which'],
  },
  otherNode: 'openclaw-node.service',
});
/** Returns a gateway whose connection has stopped because of a problem. */
export const stopped = (name: string, code: string, details: Record<string, string | number> = {}): GatewayView =>
  exampleGatewayView({
    settings: { name, node: { enabled: false, name: 'mira-laptop', capabilities: [] } },
    operator: exampleRole({ state: 'stopped', problem: problem(code, details) }),
    node: ROLE_OFF,
    server: null,
  });
/** Returns a gateway that is connected again in a while, after a problem. */
export const waiting = (name: string, code: string, details: Record<string, string | number> = {}): GatewayView =>
  exampleGatewayView({
    settings: { name, node: { enabled: false, name: 'mira-laptop', capabilities: [] } },
    operator: exampleRole({ state: 'waiting', retryAt: NOW + 95_000, problem: problem(code, details) }),
    node: ROLE_OFF,
    server: null,
  });
/** Gateway with a certificate seen for the first time. */
export const UNKNOWN = exampleGatewayView({
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
/** Gateway with a certificate in place of a trusted one. */
export const CHANGED = exampleGatewayView({
  id: 'changed000000000',
  settings: { name: 'Cellar', fingerprint: FORMER_FINGERPRINT },
  operator: exampleRole({
    state: 'stopped',
    problem: problem('gateway.fingerprint-changed', { before: FORMER_FINGERPRINT, fingerprint: FINGERPRINT }),
  }),
  node: ROLE_OFF,
  certificate: { fingerprint: FINGERPRINT, before: FORMER_FINGERPRINT, trusted: false },
  server: null,
});
/** Gateway that has to approve new commands; it is restarting. */
export const REAPPROVAL = exampleGatewayView({
  settings: { name: 'Attic' },
  surface: {
    state: 'reapproval',
    requestId: '2c47be90-11aa',
    commands: ['system.which'],
    waiting: ['system.run', 'system.run.prepare'],
  },
  server: { version: '2026.9.6', startedAt: null, restarting: true },
});

/** Returns a gateway from the store. */
const find = (gateway: string): GatewayView => {
  const view = useApp.getState().gateways.find(({ id }) => id === gateway);
  if (view === undefined)
    throw new ClawReachError('gateway.unknown', 'no such gateway', { details: { name: gateway } });
  return view;
};
/** Puts a gateway into the store, as the agent's event would. */
const apply = (view: GatewayView): GatewayView => {
  useApp.setState(({ gateways }) => ({
    gateways: gateways.some(({ id }) => id === view.id)
      ? gateways.map((each) => (each.id === view.id ? view : each))
      : [...gateways, view],
  }));
  return view;
};

/** Devices of a gateway with a long list. */
export const MANY_DEVICES = Array.from({ length: 200 }, (_, number) =>
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

/** Answers of an agent with gateways, for stories. Changes go to the window's store. */
export const GATEWAY_ANSWERS: StoryAnswers = {
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
    apply(
      exampleGatewayView({ id: 'added00000000000', settings, node: settings.node.enabled ? exampleRole() : ROLE_OFF }),
    ),
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
      places: [{ host: 'cellar.example.net', tls: true }],
      fingerprint: FINGERPRINT,
      name: null,
      nodeName: null,
      hasToken: true,
      setupExpiresAt: NOW + 540_000,
      role: 'node',
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
