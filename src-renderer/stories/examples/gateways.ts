import type { GatewayRequestView, GatewayView, RemoteView } from '#shared/app-api/index.ts';

/** Fingerprint of the example gateway's certificate. */
const FINGERPRINT = '9f2c41d07be35a6812c4f0e9ad7731565b08ce94a1f3d26e880b7c15de49f3a2';
/** ID under which the example gateway knows this device. */
const DEVICE = 'c0ffee41d07be35a6812c4f0e9ad7731565b08ce94a1f3d26e880b7c15de49f3';

/** State of a connected role: operator or node. */
const ROLE = {
  state: 'connected',
  since: 1_795_000_000_000,
  retryAt: null,
  problem: null,
  requestId: null,
  deviceId: DEVICE,
  scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
} as const;

/** Fields that differ from the example; of `settings`, `operator` and `node`, only the parts that differ. */
type Given = Partial<Omit<GatewayView, 'settings' | 'operator' | 'node'>> &
  Readonly<{
    settings?: Partial<GatewayView['settings']>;
    operator?: Partial<GatewayView['operator']>;
    node?: Partial<GatewayView['node']>;
  }>;

/**
 * Returns an example gateway for stories: saved as `home`, connected as operator, and not used as node. The given fields replace those of the
 * example. The server's start time is counted back from the wall clock.
 */
export function exampleGateway({ settings, operator, node, ...given }: Given = {}): GatewayView {
  return {
    id: 'h0megateway00001',
    settings: {
      name: 'home',
      endpoint: { host: '192.168.4.20', port: 18_789, tls: true, path: '/' },
      fingerprint: FINGERPRINT,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name: 'mira-laptop', capabilities: [] },
      ...settings,
    },
    hasToken: true,
    hasPassword: false,
    operator: { ...ROLE, scopes: [...ROLE.scopes], ...operator },
    node: { ...ROLE, state: 'off', scopes: [], ...node },
    surface: { state: 'none', requestId: null, commands: [], waiting: [] },
    certificate: null,
    server: { version: '2026.9.6', startedAt: Date.now() - 277_000_000, restarting: false },
    otherNode: null,
    pendingRequests: 0,
    ...given,
  };
}

/**
 * Returns an example entry for stories from the list of peers' OpenClaws that a person has saved, with a heartbeat of 4 s ago by the wall clock.
 * @param given fields that replace those of the example
 */
export function exampleRemote(given: Partial<RemoteView> = {}): RemoteView {
  return {
    id: 'remote-1',
    name: 'build agent',
    peer: '3R5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ',
    peerName: 'build-server',
    gateway: null,
    heartbeat: {
      node_id: 'build-server',
      uptime: 277_000,
      active_tasks: 2,
      last_error: null,
      connection_state: 'online',
    },
    heardAt: Date.now() - 4000,
    problem: null,
    ...given,
  };
}

/** Returns an example request of a gateway for stories: a device that wants to connect. The given fields replace those of the example. */
export function exampleRequest(given: Partial<GatewayRequestView> = {}): GatewayRequestView {
  return {
    key: 'cellar device 5e1f0a77',
    kind: 'device',
    gateway: 'cellar0000000000',
    gatewayName: 'Cellar',
    requestId: '5e1f0a77-2b9d-4c11',
    who: 'Workshop',
    deviceId: 'c30b71e9a4d85f2260be913c7fd04a58e6192b7dc084fa35d71e9c62b08f45ad',
    platform: 'linux',
    address: '192.168.1.44',
    roles: ['node'],
    scopes: [],
    commands: [],
    capabilities: [],
    command: null,
    argv: [],
    directory: null,
    environment: [],
    host: null,
    agent: null,
    title: null,
    text: null,
    severity: null,
    repair: false,
    decisions: ['approve', 'reject'],
    missingScopes: [],
    requestedAt: Date.now() - 20_000,
    expiresAt: Date.now() + 280_000,
    ...given,
  };
}
