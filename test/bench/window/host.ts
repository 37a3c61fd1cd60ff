import {
  createTransportPair,
  AppApiServer,
  DEFAULT_WINDOW_SETTINGS,
  ShellTransport,
  type AgentStatus,
  type AppHandlers,
  type AppTransport,
  HOSTED_RELAY_OFF,
  type PeerView,
} from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { plainPeer } from '#test/support/app-views.ts';
import { startWebHost } from '../../../src-main/web-host/index.ts';

export const BENCH_PEER: PeerView = plainPeer({
  address: '127.0.0.1:1',
  safetyNumber: Array.from({ length: 12 }, () => '00000').join(' '),
  pairedAt: 1,
  lastSeenAt: 1,
});

export const BENCH_STATUS: AgentStatus = {
  version: '0.0.0',
  pid: process.pid,
  startedAt: 1,
  profile: '/bench',
  device: { name: 'bench', peerId: '1'.repeat(56), shortId: '1111111', generation: 1 },
  relay: { url: 'ws://127.0.0.1:1', state: 'online', problem: null, retryAt: null, secure: false, keyId: null },
  secretStore: 'file',
  peers: { known: 1, online: 1, linked: 1 },
  terminals: { serving: 0, using: 0 },
  approvalsPending: 0,
};

export const BENCH_PATH = { path: 'relay', address: '127.0.0.1:1', rtt: 1 } as const;

const noRelay = HOSTED_RELAY_OFF;

/**
 * The window's server before an agent that is nothing but these handlers.
 * @param rendererDirectory of the built window
 * @returns the link that opens the window, and the agent's side, for events
 */
export async function startBenchHost(
  rendererDirectory: string,
  handlers: AppHandlers,
): Promise<Readonly<{ link: string; server: AppApiServer }>> {
  const server = new AppApiServer();
  const connectAgent = (): Promise<AppTransport> => {
    const [window, agent] = createTransportPair();
    server.serveConnection(agent, handlers);
    return Promise.resolve(window);
  };
  const host = await startWebHost({
    port: 0,
    rendererDirectory,
    connectAgent,
    shell: {
      open: (window) =>
        new ShellTransport(window, {
          'shell.facts': () =>
            Promise.resolve({
              kind: 'browser',
              platform: 'linux',
              version: '0.0.0',
              electron: null,
              tray: false,
              canHostRelay: false,
              defaultRelay: null,
              ownsAgent: false,
              secretStore: { protection: 'file', backend: null, problem: null },
            }),
          'shell.openLink': () => Promise.resolve({}),
          'shell.terminals': () => Promise.resolve({}),
          'shell.settings.get': () => Promise.resolve(DEFAULT_WINDOW_SETTINGS),
          'shell.settings.set': (settings) => Promise.resolve(settings),
          'shell.relay.get': () => Promise.resolve(noRelay),
          'shell.relay.start': () => Promise.resolve(noRelay),
          'shell.relay.outside': () => Promise.resolve(noRelay),
          'shell.relay.stop': () => Promise.resolve(noRelay),
        }),
      closed: () => undefined,
    },
    logger: silentLogger,
    clock: systemClock,
    crypto: nativeBackend,
  });
  return { link: host.newLink(), server };
}
