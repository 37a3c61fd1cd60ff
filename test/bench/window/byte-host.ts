/**
 * The window's server with an agent that is nothing but app-api and bytes: each Enter on its terminal gives the whole output, once, with END, its
 * number and a prompt behind it. Arguments: directory of the built window, size in bytes. Prints the link that opens the window, then the sizes that
 * the terminal takes.
 */
import {
  AppApiServer,
  createTransportPair,
  DEFAULT_WINDOW_SETTINGS,
  ShellTransport,
  type AgentStatus,
  type AppChannel,
  type AppTransport,
  type HostedRelay,
  type PeerView,
} from '#shared/app-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { createHandlers } from '#test/support/app-handlers.ts';
import { startWebHost } from '../../../src-main/web-host/index.ts';
import { terminalOutput } from './bytes.ts';

const [rendererDirectory = '', size = '0'] = process.argv.slice(2);
const output = terminalOutput(Number(size));
/** What the agent passes on at once, bytes. */
const CHUNK = 64 * 1024;

const peer: PeerView = {
  peerId: '0'.repeat(56),
  name: 'office',
  shortId: '0000000',
  path: 'relay',
  online: true,
  linked: true,
  rtt: 1,
  address: '127.0.0.1:1',
  link: null,
  pathMode: 'auto',
  pathVia: [],
  own: false,
  safetyNumber: Array.from({ length: 12 }, () => '00000').join(' '),
  rights: {
    terminal: { decision: 'ask', expiresAt: null },
    relay: { decision: 'ask', expiresAt: null },
    forward: { decision: 'ask', expiresAt: null },
    prompt: { decision: 'ask', expiresAt: null },
  },
  pairedAt: 1,
  lastSeenAt: 1,
};
const status: AgentStatus = {
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
const path = { path: 'relay', address: '127.0.0.1:1', rtt: 1 } as const;

const noRelay: HostedRelay = { state: 'off', url: null, addresses: [], pin: null, admission: null, problem: null };

const server = new AppApiServer();
const handlers = createHandlers({
  'status.get': () => Promise.resolve(status),
  'peers.list': () => Promise.resolve([peer]),
  'peers.get': () => Promise.resolve(peer),
  'peers.ping': () => Promise.resolve(path),
  'approvals.list': () => Promise.resolve([]),
  'terminal.list': () => Promise.resolve([]),
  'terminal.resize': ({ cols, rows }) => {
    console.log(`size ${cols} ${rows}`);
    return Promise.resolve({});
  },
  'terminal.close': () => Promise.resolve({}),
  'terminal.open': ({ cols, rows }, { connection }) => {
    console.log(`size ${cols} ${rows}`);
    const channel = connection.openChannel();
    // The window goes in the middle of it.
    serve(channel).catch(() => undefined);
    return Promise.resolve({ channel: channel.id, terminal: '0'.repeat(32), path });
  },
});

/** A connection to this agent. */
function connectAgent(): Promise<AppTransport> {
  const [window, agent] = createTransportPair();
  server.serveConnection(agent, handlers);
  return Promise.resolve(window);
}

async function serve(channel: AppChannel): Promise<void> {
  await channel.write(Buffer.from('$ '));
  let count = 0;
  for (let typed = await channel.read(); typed !== null; typed = await channel.read()) {
    if (!typed.includes(0x0d)) continue;
    for (let offset = 0; offset < output.length; offset += CHUNK)
      await channel.write(output.subarray(offset, offset + CHUNK));
    await channel.write(Buffer.from(`END ${(count += 1)}\r\n$ `));
  }
}

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
            ownsAgent: false,
            secretStore: { protection: 'file', backend: null, problem: null },
          }),
        'shell.openLink': () => Promise.resolve({}),
        'shell.settings.get': () => Promise.resolve(DEFAULT_WINDOW_SETTINGS),
        'shell.settings.set': (settings) => Promise.resolve(settings),
        'shell.relay.get': () => Promise.resolve(noRelay),
        'shell.relay.start': () => Promise.resolve(noRelay),
        'shell.relay.stop': () => Promise.resolve(noRelay),
      }),
    closed: () => undefined,
  },
  logger: silentLogger,
  clock: systemClock,
  crypto: nativeBackend,
});
console.log(host.newLink());
