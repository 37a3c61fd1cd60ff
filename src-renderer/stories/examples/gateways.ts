import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';

/** Fingerprint of the example gateway. */

const FINGERPRINT = '9f2c41d07be35a6812c4f0e9ad7731565b08ce94a1f3d26e880b7c15de49f3a2';
const DEVICE = 'c0ffee41d07be35a6812c4f0e9ad7731565b08ce94a1f3d26e880b7c15de49f3';

const ROLE = {
  state: 'connected',
  since: 1_795_000_000_000,
  retryAt: null,
  problem: null,
  requestId: null,
  deviceId: DEVICE,
  scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
} as const;

type Given = Partial<Omit<GatewayView, 'settings' | 'operator' | 'node'>> &
  Readonly<{
    settings?: Partial<GatewayView['settings']>;
    operator?: Partial<GatewayView['operator']>;
    node?: Partial<GatewayView['node']>;
  }>;

/** Returns a gateway at home for stories, connected unless `given` says otherwise. */
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

/** Returns the saved OpenClaw of a peer for stories. @param given fields that differ */
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
