import type {
  GatewayDeviceView,
  GatewayNodeView,
  GatewayRoleView,
  GatewayView,
  NodePolicy,
  NodeRun,
} from '#shared/app-api/index.ts';

/** Time to which the example times refer, ms since 1970. */

const NOW = Date.now();
/** Fingerprint of the example gateway's certificate, for stories. */
export const FINGERPRINT = '3f9ac1d0857be2461b70aa95e4d80c3f62719be8f40d5ac3178e92b6d05f4ca1';
/** Fingerprint of a certificate that the example gateway had before, for stories. */
export const FORMER_FINGERPRINT = 'b41e77d2a90c5f8836e1fd04ab92c67d5e830bc19f47a26ed3580c9b7714e02f';
const DEVICE_ID = 'c30b71e9a4d85f2260be913c7fd04a58e6192b7dc084fa35d71e9c62b08f45ad';

/** Returns an example connection of a role to a gateway, for stories: connected, without a problem. `given` replaces fields. */
export function exampleRole(given: Partial<GatewayRoleView> = {}): GatewayRoleView {
  return {
    state: 'connected',
    since: NOW - 400_000,
    retryAt: null,
    problem: null,
    requestId: null,
    deviceId: DEVICE_ID,
    scopes: [],
    ...given,
  };
}

/** Connection of a role that is turned off. */
export const ROLE_OFF = exampleRole({ state: 'off' });
/** Connection of an operator with full access. */
export const OPERATING = exampleRole({
  scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
});

type Given = Partial<Omit<GatewayView, 'settings'>> & Readonly<{ settings?: Partial<GatewayView['settings']> }>;

/** Returns an example gateway for stories: connected as operator and as node. `given` replaces fields. */
export function exampleGatewayView({ settings = {}, ...given }: Given = {}): GatewayView {
  return {
    id: 'cellar0000000000',
    settings: {
      name: 'Cellar',
      endpoint: { host: 'cellar.example.net', port: 18_789, tls: true, path: '/' },
      fingerprint: FINGERPRINT,
      operator: { enabled: true, access: 'full' },
      node: {
        enabled: true,
        name: 'mira-laptop',
        capabilities: ['system.run', 'system.which', 'system.notify', 'fs.listDir'],
      },
      ...settings,
    },
    hasToken: true,
    hasPassword: false,
    operator: OPERATING,
    node: exampleRole(),
    surface: {
      state: 'approved',
      requestId: null,
      commands: ['system.run', 'system.run.prepare', 'system.which', 'system.notify', 'fs.listDir'],
      waiting: [],
    },
    certificate: null,
    server: { version: '2026.9.6', startedAt: NOW - 86_400_000, restarting: false },
    otherNode: null,
    pendingRequests: 0,
    ...given,
  };
}

/** Returns an example device of a gateway, for stories. `given` replaces fields. */
export function exampleDevice(given: Partial<GatewayDeviceView> = {}): GatewayDeviceView {
  return {
    deviceId: DEVICE_ID,
    name: 'mira-laptop',
    label: null,
    platform: 'linux',
    clientId: 'gateway-client',
    roles: ['operator'],
    scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
    tokens: [{ role: 'operator', scopes: ['operator.admin'], createdAt: NOW - 90_000_000 }],
    approvedVia: 'owner',
    approvedAt: NOW - 90_000_000,
    lastSeenAt: NOW - 2000,
    connected: true,
    self: true,
    ...given,
  };
}

/** Returns an example node of a gateway, for stories. `given` replaces fields. */
export function exampleNode(given: Partial<GatewayNodeView> = {}): GatewayNodeView {
  return {
    nodeId: 'a91c'.repeat(16),
    name: 'Workshop',
    platform: 'linux',
    version: '0.1.0',
    connected: true,
    approval: 'approved',
    requestId: null,
    commands: ['system.run', 'system.which', 'system.notify'],
    waitingCommands: [],
    capabilities: ['system'],
    lastSeenAt: NOW - 4000,
    host: {
      cpuCount: 8,
      load: 0.23,
      memoryTotal: 16_400_000_000,
      memoryFree: 5_120_000_000,
      diskTotal: 498_000_000_000,
      diskFree: 31_400_000_000,
    },
    self: false,
    ...given,
  };
}

/** Example policy for gateways' runs on this machine, for stories. */
export const EXAMPLE_POLICY: NodePolicy = {
  default: 'ask',
  rules: [
    {
      id: 'r1',
      program: '/usr/bin/git',
      arguments: ['status', '--short'],
      directory: '/home/mira/work',
      gateway: null,
      addedAt: NOW - 300_000_000,
      lastUsedAt: NOW - 700_000,
    },
    {
      id: 'r2',
      program: '/usr/bin/uptime',
      arguments: null,
      gateway: null,
      addedAt: NOW - 9_000_000,
      lastUsedAt: null,
    },
    {
      id: 'r3',
      program: '/usr/bin/python3.12',
      calledAs: 'python3',
      arguments: ['tools/make report.py', '--since', 'last monday'],
      files: [{ path: '/home/mira/work/tools/make report.py', sha256: 'ab'.repeat(32) }],
      gateway: 'cellar0000000000',
      addedAt: NOW - 40_000_000,
      lastUsedAt: NOW - 3_600_000,
    },
  ],
  folders: ['/home/mira/work', '/srv/photos'],
};

/** Returns an example run that a gateway started on this machine, for stories. `given` replaces fields. */
export function exampleRun(given: Partial<NodeRun> = {}): NodeRun {
  return {
    id: 1,
    gateway: 'cellar0000000000',
    gatewayName: 'Cellar',
    command: 'git status --short',
    directory: '/home/mira/work',
    agent: 'main',
    startedAt: NOW - 700_000,
    endedAt: NOW - 699_600,
    exitCode: 0,
    outcome: 'finished',
    outputLength: 214,
    ...given,
  };
}
