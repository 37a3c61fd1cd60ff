import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import type { ServiceKind } from '#shared/app-api/index.ts';
import {
  Agent,
  DirectTransport,
  createDetachedHosts,
  launchHost,
  ProfileProblems,
  PtyHostBackend,
  systemOf,
  type HostProcess,
  type ProxyProgram,
} from '#agent/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { SecretStore } from '#shared/storage.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { learnedSocketPath } from '#node/control-socket/index.ts';
import { createLanSockets } from '#node/discovery/index.ts';
import {
  AgentTokenFiles,
  createConnectorFiles,
  FileSecretStore,
  JsonDocumentFile,
  DiskJournalFile,
  PrivateFolder,
  plainRelayFile,
  profilePaths,
  RotatingLineFile,
  tryWriting,
  WebhookSecretFiles,
} from '#node/files/index.ts';
import { createCommandNotifier, LocalPrograms, type Notice } from '#node/programs/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import {
  createDirectSockets,
  createPlainRelayDialer,
  createRelayDialer,
  interfaceAddresses,
  RelayRoute,
} from '#node/sockets/index.ts';
import { commandFolderOf, createRelayPackages } from '#node/releases/index.ts';
import { listeningPorts } from '#node/forwarding/index.ts';
import { UserSshConfig } from '#node/ssh-config/index.ts';
import { createIncomingDisk, createSourceDisk, createTransferStore } from '#node/transfers/index.ts';
import { networkCards, sendMagicPackets } from '#node/wake-on-lan/index.ts';
import { machineFacts } from '#node/system/index.ts';
import { createWebRtcSockets } from '#node/webrtc/index.ts';

/** Options of `createLocalAgent`. The application replaces defaults that don't fit a process of Electron. */
export type LocalAgentOptions = Readonly<{
  /** Directory of the profile. */
  profile: string;
  logger: Logger;
  /** Name of the device; if undefined, the stored name, or at the first start the host's name. */
  name?: string | undefined;
  /** Program of new terminals instead of the account's shell. */
  shell?: string | undefined;
  /** True accepts direct connections from this machine only, for tests and for two devices on one machine. */
  loopback?: boolean | undefined;
  /** Service manager that restarts this agent after an error. */
  service?: ServiceKind | undefined;
  /** Store of the master secret; by default a file with mode 0600. */
  secret?: SecretStore | undefined;
  /** Environment for terminals; by default this process's own. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Returns the system's proxy for a URL; by default only environment variables are used. */
  systemProxy?: ((url: string) => Promise<string>) | undefined;
  /** Shows a notification from a gateway; by default with a system command, or in the log. */
  notifier?: ((notice: Notice) => Promise<void>) | undefined;
  /** Folder of the installed command; by default that of this program. */
  commandFolder?: string | undefined;
  /** Folder with one folder for each peer whose files arrive; by default in the profile. */
  fileInbox?: string | undefined;
  /** Starts the PTY host; by default a process of this executable, which outlives the agent. */
  launchHost?: (() => HostProcess) | undefined;
}>;

/**
 * Creates the agent with this machine's files, sockets and processes. Used by both `clawreach run` and the application, which then call `start` on
 * it. Reads the files of the profile.
 */
export async function createLocalAgent(options: LocalAgentOptions): Promise<Agent> {
  const { logger } = options;
  const paths = profilePaths(options.profile);
  const user = userInfo();
  const environment = options.environment ?? process.env;
  const hostLogger = logger.child({ part: 'pty-host' });
  const backend = new PtyHostBackend({
    clock: systemClock,
    logger: hostLogger,
    detached: createDetachedHosts(options.profile, packageJson.version, hostLogger),
    launch:
      options.launchHost ??
      (() =>
        launchHost({
          executable: process.execPath,
          args: [ptyHostPath()],
          registration: { profile: options.profile, software: packageJson.version },
          environment,
          onStderr: (text) => logger.warn('pty host', { text }),
        })),
  });
  const problems = new ProfileProblems(systemClock, () => tryWriting(options.profile));
  await problems.start();
  const document = (path: string): JsonDocumentFile => new JsonDocumentFile(path, problems.setDocumentProblem);
  const loopback = options.loopback === true || environment['CLAWREACH_DIRECT'] === 'loopback';
  const route = new RelayRoute({ variables: environment, systemProxy: options.systemProxy });
  const agent = await Agent.create({
    crypto: nativeBackend,
    clock: systemClock,
    logger,
    version: packageJson.version,
    pid: process.pid,
    profile: options.profile,
    deviceName: cleanName(options.name ?? '') || cleanName(hostname().split('.')[0] ?? '') || 'device',
    secret: options.secret ?? new FileSecretStore(paths.secret, paths.sealedSecret),
    service: options.service,
    problems,
    files: {
      settings: document(paths.settings),
      peers: document(paths.peers),
      approvals: document(paths.approvals),
      forwards: document(paths.forwards),
      audit: new RotatingLineFile(paths.audit),
      history: new RotatingLineFile(paths.history),
      traffic: document(paths.traffic),
    },
    dialer: createRelayDialer({ clock: systemClock, route }),
    route,
    direct: new DirectTransport({
      sockets: createDirectSockets({ clock: systemClock }),
      interfaces: interfaceAddresses,
      logger: logger.child({ part: 'direct' }),
      loopback,
    }),
    lan: environment['CLAWREACH_DISCOVERY'] === 'off' || loopback ? undefined : createLanSockets(),
    interfaces: interfaceAddresses,
    machine: () => ({ ...machineFacts(), cards: networkCards() }),
    sendMagicPackets: loopback ? undefined : sendMagicPackets,
    system: systemOf(process.platform),
    openPorts: listeningPorts,
    // The native library can be left out of this process.
    webrtc:
      environment['CLAWREACH_UDP'] === 'off'
        ? undefined
        : createWebRtcSockets({ clock: systemClock, logger: logger.child({ part: 'udp' }) }),
    ssh: {
      hostKeys: document(paths.sshHostKeys),
      machine: { home: homedir(), environment, knownHostsFile: join(homedir(), '.ssh', 'known_hosts') },
    },
    savedCommands: document(paths.savedCommands),
    sshConfig: {
      file: document(paths.sshConfig),
      files: new UserSshConfig(join(homedir(), '.ssh', 'config'), paths.sshHosts),
      program: ownProgram(options),
    },
    relayPage: { folder: builtPageFolder() },
    relayServers: {
      file: document(paths.relayServers),
      sshConfigFile: join(homedir(), '.ssh', 'config'),
      user: user.username,
      packages: createRelayPackages({
        version: packageJson.version,
        commandFolder: options.commandFolder ?? commandFolderOf(process.execPath),
        checkout: checkoutFolder(),
      }),
    },
    messages: {
      agents: document(paths.agents),
      instances: document(paths.instances),
      outbox: new DiskJournalFile(paths.outbox),
      inbox: new DiskJournalFile(paths.inbox),
      api: {
        tokens: new AgentTokenFiles(paths.agentFiles),
        socketPath: learnedSocketPath(options.profile, 'messages'),
      },
      webhooks: new WebhookSecretFiles(paths.agentFiles),
    },
    transfers: {
      book: document(paths.transfers),
      store: createTransferStore(paths.transferLists),
      source: createSourceDisk(),
      disk: createIncomingDisk([options.profile]),
      privateFolders: [options.profile],
      inbox: options.fileInbox ?? paths.fileInbox,
    },
    recordings: new PrivateFolder(paths.recordings),
    plainRelays: {
      file: document(paths.plainRelays),
      files: createConnectorFiles(),
      configFor: (host) => plainRelayFile(options.profile, host),
      dialer: createPlainRelayDialer({ clock: systemClock, route }),
    },
    remotes: document(paths.remotes),
    gateways: {
      file: document(paths.gateways),
      requests: document(paths.requests),
      machine: createGatewayMachine({ clock: systemClock }),
      platform: process.platform,
      node: {
        policy: document(paths.nodePolicy),
        programs: new LocalPrograms({
          clock: systemClock,
          home: homedir(),
          user: user.username,
          environment,
          privateFolders: [options.profile],
        }),
        notifier: options.notifier ?? createCommandNotifier(environment, logger.child({ part: 'node' })),
      },
    },
    terminals: {
      backend,
      home: {
        platform: process.platform,
        environment,
        shell: user.shell,
        username: user.username,
        home: homedir(),
      },
      ...(options.shell === undefined ? {} : { shell: { file: options.shell, args: [] } }),
    },
  });
  const name = cleanName(options.name ?? '');
  if (name !== '' && agent.settings.value.deviceName !== name) {
    agent.settings.update((current) => ({ ...current, deviceName: name }));
  }
  return agent;
}

/** Returns the path of the PTY host: beside the bundle, or beside the sources when run from them. */
export function ptyHostPath(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const bundled = join(here, 'pty-host.js');
  return existsSync(bundled) ? bundled : join(here, '..', 'agent', 'terminals', 'pty-host', 'pty-host-main.ts');
}

/** Returns the folder of this build's page for relays: beside the bundle, of the application one level up, or `dist/page` when run from sources. */
function builtPageFolder(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const bundled = [join(here, 'page'), join(here, '..', 'page')];
  return bundled.find((folder) => existsSync(folder)) ?? join(here, '..', '..', 'dist', 'page');
}

/** Returns the folder of the sources that this code was built in or runs from; undefined in an installation. */
function checkoutFolder(): string | undefined {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return [join(here, '..'), join(here, '..', '..')].find((folder) =>
    existsSync(join(folder, 'bin', 'clawreach-relay.js')),
  );
}

/** Returns the command of this installation, for programs that start it later; undefined if it has no lasting place. */
function ownProgram({
  profile,
  commandFolder,
  environment = process.env,
}: LocalAgentOptions): ProxyProgram | undefined {
  const { platform } = process;
  const folder = commandFolder ?? commandFolderOf(process.execPath);
  const mounted = environment['APPDIR'] ?? '';
  // An AppImage is mounted elsewhere each time.
  if (folder !== undefined && mounted !== '' && folder.startsWith(mounted)) return undefined;
  const installed =
    folder === undefined ? undefined : join(folder, platform === 'win32' ? 'clawreach.exe' : 'clawreach');
  if (installed !== undefined && existsSync(installed)) return { words: [installed], profile, platform };
  const checkout = checkoutFolder();
  if (checkout === undefined) return undefined;
  const isNode = process.versions['electron'] === undefined;
  const node = isNode ? process.execPath : join(checkout, 'node_modules', 'node', 'bin', 'node');
  return existsSync(node) ? { words: [node, join(checkout, 'bin', 'clawreach.js')], profile, platform } : undefined;
}
