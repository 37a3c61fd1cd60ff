export { EXAMPLE_NEARBY, EXAMPLE_NEARBY_MIXED, exampleFound } from './discovery.ts';
import {
  OUTSIDE_OFF,
  type AgentStatus,
  type ApprovalView,
  type HostedRelay,
  type ShellFacts,
} from '#shared/app-api/index.ts';

export {
  EXAMPLE_MACHINES,
  exampleMeasurements,
  exampleRoundTrips,
  exampleTerminals,
  exampleManyMachines,
} from './machines.ts';
export { EXAMPLE_PEER_ID, EXAMPLE_PEERS, examplePeer, examplePeerId } from './peers.ts';
export { exampleGateway, exampleRemote, exampleRequest } from './gateways.ts';
export { examplePlainRelay } from './plain-relays.ts';
export { TerminalProgram } from './terminal-program.ts';
export { EXAMPLE_PATH, exampleShared } from './terminals.ts';
export { EXAMPLE_RELEASE, EXAMPLE_UPDATES } from './updates.ts';

import { examplePeerId } from './peers.ts';

/** Story data: a laptop with some machines. */

export const EXAMPLE_STATUS: AgentStatus = {
  version: '0.1.0',
  pid: 4711,
  startedAt: 1_795_000_000_000,
  profile: '/home/mira/.config/clawreach',
  device: { name: 'mira-laptop', peerId: examplePeerId(30), shortId: 'YR5K8ZT2', generation: 1 },
  relay: {
    url: 'wss://relay.example.net:7474',
    state: 'online',
    problem: null,
    retryAt: null,
    secure: true,
    keyId: 'RLY4K7',
  },
  secretStore: 'file',
  peers: { known: 3, online: 2, linked: 1 },
  terminals: { serving: 0, using: 1 },
  approvalsPending: 0,
};

export const EXAMPLE_FACTS: ShellFacts = {
  kind: 'desktop',
  platform: 'linux',
  version: '0.1.0',
  electron: '45.4.1',
  tray: true,
  canHostRelay: true,
  defaultRelay: null,
  ownsAgent: true,
  secretStore: { protection: 'encrypted', backend: 'gnome-libsecret', problem: null },
};

/** Shell of a browser that is a machine. */
export const EXAMPLE_BROWSER_FACTS: ShellFacts = {
  ...EXAMPLE_FACTS,
  kind: 'browser',
  platform: 'browser',
  electron: null,
  tray: false,
  canHostRelay: false,
  secretStore: { protection: 'encrypted', backend: 'browser', problem: null },
  without: ['forwards', 'messages', 'inbox', 'openclaw', 'relay', 'network', 'diagnostics'],
};

export const EXAMPLE_RELAY: HostedRelay = {
  state: 'off',
  url: null,
  addresses: [],
  pin: null,
  admission: null,
  problem: null,
  outside: OUTSIDE_OFF,
};

export function exampleApproval(given: Partial<ApprovalView> = {}): ApprovalView {
  const now = Date.now();
  return {
    id: 7,
    kind: 'right',
    peerId: examplePeerId(12),
    peerName: 'office',
    right: 'terminal',
    detail: 'login shell',
    requestedAt: now - 18_000,
    expiresAt: now + 102_000,
    state: 'pending',
    decidedAt: null,
    ...given,
  };
}
