import { vi } from 'vitest';
import { INITIAL_STATE, useApp } from '#renderer/store/index.ts';
import {
  AppApiClient,
  AppApiServer,
  DEFAULT_WINDOW_SETTINGS,
  HOSTED_RELAY_OFF,
  ShellTransport,
  type AgentStatus,
  type AppHandlers,
  type ApprovalView,
  type PeerView,
  type ShellFacts,
  type ShellHandlers,
} from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { createTransportPair, type MemoryTransport } from '#test/support/app-transport.ts';
import { plainPeer } from '#test/support/app-views.ts';

export function peerId(digit: string): string {
  return digit.repeat(56);
}

export function peer(given: Partial<PeerView> = {}): PeerView {
  return plainPeer({
    peerId: peerId('A'),
    shortId: 'AAAAAAA',
    rtt: 20,
    address: 'relay.test:7474',
    safetyNumber: '12345 67890',
    pairedAt: 1,
    ...given,
  });
}

export function approval(given: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: 1,
    kind: 'right',
    peerId: peerId('A'),
    peerName: 'office',
    right: 'terminal',
    detail: 'login shell',
    requestedAt: 1,
    expiresAt: 2,
    state: 'pending',
    decidedAt: null,
    ...given,
  };
}

export function agentStatus(relay: Partial<AgentStatus['relay']> = {}): AgentStatus {
  return {
    version: '1.2.3',
    pid: 1,
    startedAt: 1,
    profile: '/profile',
    device: { name: 'laptop', peerId: peerId('B'), shortId: 'BBBBBBB', generation: 1 },
    relay: {
      url: 'wss://relay.test',
      state: 'online',
      problem: null,
      retryAt: null,
      secure: true,
      keyId: null,
      ...relay,
    },
    secretStore: 'file',
    peers: { known: 1, online: 1, linked: 1 },
    terminals: { serving: 0, using: 0 },
    approvalsPending: 0,
  };
}

export const FACTS: ShellFacts = {
  kind: 'desktop',
  platform: 'linux',
  version: '1.2.3',
  electron: '45.0.0',
  tray: true,
  canHostRelay: true,
  defaultRelay: null,
  ownsAgent: true,
  secretStore: { protection: 'encrypted', backend: 'gnome-libsecret', problem: null },
};

const HOSTED = HOSTED_RELAY_OFF;

export type TestAgent = Readonly<{
  api: AppApiClient;
  server: AppApiServer;
  shell: ShellTransport;
  window: MemoryTransport;
}>;

/** The real client, server and shell of app-api, in memory. */
export function createAgent(given: Partial<AppHandlers> = {}, shellGiven: Partial<ShellHandlers> = {}): TestAgent {
  const [window, program] = createTransportPair();
  const server = new AppApiServer();
  const refuse = (): Promise<never> => Promise.reject(new ClawReachError('test.refused', 'not part of this test'));
  const shell = new ShellTransport(program, {
    'shell.facts': async () => FACTS,
    'shell.openLink': refuse,
    'shell.terminals': async () => ({}),
    'shell.settings.get': async () => DEFAULT_WINDOW_SETTINGS,
    'shell.settings.set': refuse,
    'shell.relay.get': async () => HOSTED,
    'shell.relay.start': refuse,
    'shell.relay.outside': refuse,
    'shell.relay.stop': refuse,
    ...shellGiven,
  });
  server.serveConnection(
    shell,
    createHandlers({
      'status.get': async () => agentStatus(),
      'peers.list': async () => [peer()],
      'approvals.list': async () => [],
      ...given,
    }),
  );
  return { api: new AppApiClient(window), server, shell, window };
}

export function resetState(): void {
  useApp.setState(INITIAL_STATE, true);
}

/** Waits for a state; promises and microtasks only. */
export async function untilState(condition: (state: ReturnType<typeof useApp.getState>) => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!condition(useApp.getState())) throw new Error('not yet');
  }, 15_000);
}
