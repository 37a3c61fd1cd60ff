import type {
  AddingView,
  AgentStatus,
  ApprovalView,
  GatewayRequestView,
  PeerView,
  SharedTerminalView,
  TransferView,
} from '#shared/app-api/index.ts';
import { plainPeer, plainRequest } from '#test/support/app-views.ts';

const PEER_ID = '0'.repeat(56);

export function peerView(changes: Partial<PeerView> = {}): PeerView {
  return plainPeer({ shortId: '00000000', path: 'direct', rtt: 11.6, address: '192.0.2.1:7443', ...changes });
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

export function addingView(changes: Partial<AddingView> = {}): AddingView {
  return {
    adding: 2,
    side: 'waiting',
    state: 'comparing',
    expiresAt: 1,
    other: {
      peerId: PEER_ID,
      shortId: 'CR5K8ZT',
      name: 'the one you mean',
      safetyNumber: '1',
      words: ['amber', 'kitchen', 'orbit', 'velvet'],
    },
    problem: null,
    ...changes,
  };
}

export function requestView(changes: Partial<GatewayRequestView> = {}): GatewayRequestView {
  return plainRequest({ command: 'cat /etc/secret', agent: 'main', ...changes });
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

export function sharedView(changes: Partial<SharedTerminalView> = {}): SharedTerminalView {
  return {
    peerId: PEER_ID,
    terminal: 'a'.repeat(32),
    title: '',
    startedAt: 0,
    cols: 80,
    rows: 24,
    holder: 'lena',
    ...changes,
  };
}

/** A transfer of one file to `office` that runs. */
export function transferView(): TransferView {
  return {
    id: 'a'.repeat(32),
    direction: 'out',
    peerId: '0'.repeat(56),
    peerName: 'office',
    names: ['report.pdf'],
    top: 1,
    state: 'running',
    since: 0,
    startedAt: 0,
    code: null,
    waitsFor: null,
    entries: 1,
    files: { done: 0, of: 1 },
    bytes: { done: 0, of: 1000 },
    rate: null,
    left: null,
    changed: 0,
    renamed: 0,
    failed: 0,
    leftOut: 0,
    folder: null,
    there: null,
    agent: null,
  };
}
