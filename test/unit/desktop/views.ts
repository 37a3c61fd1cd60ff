import type { AgentStatus, ApprovalView, GatewayRequestView, PeerView } from '#shared/app-api/index.ts';

const PEER_ID = '0'.repeat(56);

export function peerView(changes: Partial<PeerView> = {}): PeerView {
  return {
    peerId: PEER_ID,
    name: 'office',
    shortId: '00000000',
    path: 'direct',
    online: true,
    linked: true,
    rtt: 11.6,
    address: '192.0.2.1:7443',
    link: null,
    pathMode: 'auto',
    pathVia: [],
    own: false,
    safetyNumber: '1',
    rights: {
      terminal: { decision: 'ask', expiresAt: null },
      relay: { decision: 'ask', expiresAt: null },
      forward: { decision: 'ask', expiresAt: null },
      prompt: { decision: 'ask', expiresAt: null },
    },
    pairedAt: 0,
    lastSeenAt: null,
    ...changes,
  };
}

export function approvalView(changes: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: 1,
    kind: 'right',
    peerId: PEER_ID,
    peerName: 'laptop',
    right: 'terminal',
    detail: 'rm -rf /',
    requestedAt: 0,
    expiresAt: 1,
    state: 'pending',
    decidedAt: null,
    ...changes,
  };
}

export function requestView(changes: Partial<GatewayRequestView> = {}): GatewayRequestView {
  return {
    key: 'a.1',
    kind: 'exec',
    gateway: 'a'.repeat(16),
    gatewayName: 'home',
    requestId: '1',
    who: 'main',
    deviceId: null,
    platform: null,
    address: null,
    roles: [],
    scopes: [],
    commands: [],
    capabilities: [],
    command: 'cat /etc/secret',
    argv: [],
    directory: null,
    environment: [],
    host: null,
    agent: 'main',
    title: null,
    text: null,
    severity: null,
    repair: false,
    decisions: ['approve', 'reject'],
    missingScopes: [],
    requestedAt: 0,
    expiresAt: null,
    ...changes,
  };
}

export function agentStatus(relay: Partial<AgentStatus['relay']> = {}): AgentStatus {
  return {
    version: '0.1.0',
    pid: 1,
    startedAt: 0,
    profile: '/p',
    device: { name: 'here', peerId: PEER_ID, shortId: '00000000', generation: 1 },
    relay: { url: 'wss://r', state: 'online', problem: null, retryAt: null, secure: true, keyId: null, ...relay },
    secretStore: 'file',
    peers: { known: 0, online: 0, linked: 0 },
    terminals: { serving: 0, using: 0 },
    approvalsPending: 0,
  };
}
