import { AppApiServer, type BrowserMode, type PeerSystem, type ServiceKind } from '#shared/app-api/index.ts';
import { PoolTrimmer } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { createIdentity, shortPeerId, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { RecentLog } from '#shared/recent-log.ts';
import type { DocumentFile, LineFile, SecretStore } from '#shared/storage.ts';
import { PeerBook } from '../peers/index.ts';
import { PlainRelayBook } from '../plain-relay/book/index.ts';
import type { ClosingMode } from '../terminals/index.ts';
import { createApprovalHandlers, ApprovalStore } from './approvals/index.ts';
import { EventBus } from './events.ts';
import { newestThatFit } from './newest-that-fit.ts';
import type { Module } from './module.ts';
import { Principals } from './principals/index.ts';
import { RightsPolicy } from './policy/index.ts';
import { AuditLog, loadOrCreateSecret, SettingsStore, type ProfileProblems } from './store/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import { Views } from './views.ts';

/** Parts of the machine that the core uses. */
export type CoreOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  version: string;
  pid: number;
  /** Path of the profile, shown to people. */
  profile: string;
  /** Name of this device, used when the profile is created. */
  deviceName: string;
  /** Operating system of this machine, which peers learn; undefined: `other`. */
  system?: PeerSystem | undefined;
  secret: SecretStore;
  /** Keys of this device; undefined: made from the secret. */
  identity?: DeviceIdentity | undefined;
  /** Service manager that restarts this agent after an error; undefined if a person or the application started the agent. */
  service?: ServiceKind | undefined;
  /** Problems with the files of the profile; undefined: none are shown. */
  problems?: ProfileProblems | undefined;
  /** Document of the accepted plain relays; undefined: the agent connects to none. */
  plainRelays?: Readonly<{ file: DocumentFile }> | undefined;
  files: Readonly<{ settings: DocumentFile; peers: DocumentFile; approvals: DocumentFile; audit: LineFile }>;
}>;

/** Services that every module of the agent may use. */
export type Core = Readonly<{
  version: string;
  /** Operating system of this machine, which peers learn; undefined: `other`. */
  system: PeerSystem | undefined;
  /** Path of the profile, shown to people. */
  profile: string;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  /** Newest lines of the log, for diagnostic reports. */
  recentLog: RecentLog;
  identity: DeviceIdentity;
  /** Secret of the profile. Modules derive the keys for their stored data from it. */
  masterSecret: Uint8Array;
  settings: SettingsStore;
  peers: PeerBook;
  /** Accepted plain relays; undefined for an agent that connects to none. */
  plainRelays: PlainRelayBook | undefined;
  /** Peers and plain relays, which can be given rights here. */
  principals: Principals;
  policy: RightsPolicy;
  approvals: ApprovalStore;
  audit: AuditLog;
  events: EventBus;
  views: Views;
  server: AppApiServer;
  /** Aborted when the agent begins to close. */
  closing: AbortSignal;
  /** Asks the owner of the agent to close it, with the mode for terminals. */
  requestStop(terminals: ClosingMode): void;
}>;

/** Core with the methods that only the agent itself calls. This module starts first and closes last. */
export type CoreModule = Core &
  Module &
  Readonly<{
    /** Resolves when a user interface asks the agent to stop, with the mode for terminals. */
    stopRequested: Promise<Readonly<{ terminals: ClosingMode }>>;
    /** Notifies user interfaces that the agent is closing, writes the reason to the audit log, and aborts `closing`. */
    beginClosing(reason: string, mode: ClosingMode): void;
    /** Writes the secret's new location to the audit log and updates the status. */
    secretMoved(): void;
    /** Resolves when the audit log is on the disk, but after half a second at the latest. */
    flush(): Promise<void>;
  }>;

/** Longest time that writing the audit log may take, ms. */
const FLUSH_TIMEOUT = 500;

/**
 * Creates the core: loads or creates the profile's secret, settings, peers and approvals, and answers calls about the device's status and name, the
 * audit log and peers' requests. Writes start and end of the agent to the audit log. Called by `Agent.create`.
 * @throws {StoreError} a document of the profile can't be used
 */
export async function createCore(options: CoreOptions): Promise<CoreModule> {
  const recentLog = new RecentLog(options.logger, options.clock);
  const { logger } = recentLog;
  const { crypto, clock, files, version, pid, profile, problems, service } = options;
  const startedAt = clock.now();
  const masterSecret = await loadOrCreateSecret(options.secret, (length) => crypto.randomBytes(length));
  const settings = new SettingsStore({ file: files.settings, deviceName: options.deviceName, logger });
  const { generation } = settings.value;
  const now = Math.floor(clock.now() / 1000);
  const identity = options.identity ?? createIdentity(crypto, masterSecret, { generation, now });
  const ownName = (): string => settings.value.deviceName;
  const peers = new PeerBook({ file: files.peers, clock, logger, ownName, ownId: identity.peerId });
  const plainRelays =
    options.plainRelays === undefined
      ? undefined
      : new PlainRelayBook({ file: options.plainRelays.file, crypto, logger });
  const principals = new Principals(peers, ...(plainRelays === undefined ? [] : [plainRelays]));
  const browsers = (): BrowserMode => settings.value.browsers ?? 'approved';
  const policy = new RightsPolicy({ peers: principals, clock, logger, browsers });
  const relayReads = (peerId: PeerId): boolean => principals.relayReads(peerId);
  const audit = new AuditLog({
    file: files.audit,
    clock,
    logger,
    relayReads,
    isBrowser: (peerId) => peers.isBrowser(peerId),
  });
  const approvals = new ApprovalStore({ file: files.approvals, peers: principals, clock, logger, audit });
  const server = new AppApiServer({ logger: logger.child({ part: 'app-api' }) });
  const closing = new AbortController();
  const views = new Views(server, clock, closing.signal);
  const events = new EventBus(logger);
  const poolTrimmer = new PoolTrimmer(clock);
  const secretStore = (): string => options.secret.describe();
  const { promise: stopRequested, resolve: requestStop } =
    Promise.withResolvers<Readonly<{ terminals: ClosingMode }>>();

  peers.onChange((change) => events.emit('peers.changed', change));
  policy.onChange((change) => events.emit('right.changed', change));
  approvals.onChange(() => views.announce('approvals'));
  problems?.watch(() => views.announce('status'));
  views.define('approvals', () => views.broadcast('approvals.changed', [...approvals.list()]));
  views.addStatus(() => ({
    version,
    pid,
    startedAt,
    profile,
    device: { name: ownName(), peerId: identity.peerId, shortId: shortPeerId(identity.peerId), generation },
    secretStore: secretStore(),
    approvalsPending: approvals.pendingCount,
    ...(service === undefined ? {} : { service }),
  }));

  return {
    version,
    system: options.system,
    profile,
    crypto,
    clock,
    logger,
    recentLog,
    identity,
    masterSecret,
    settings,
    peers,
    plainRelays,
    principals,
    policy,
    approvals,
    audit,
    events,
    views,
    server,
    closing: closing.signal,
    requestStop: (terminals) => requestStop({ terminals }),
    stopRequested,
    handlers: {
      'status.get': async () => views.status(),
      'device.rename': async ({ name }) => {
        peers.checkOwnName(name);
        settings.update((current) => ({ ...current, deviceName: name }));
        events.emit('device.renamed');
        return views.status();
      },
      'audit.list': async ({ limit }) => newestThatFit(await audit.list(limit)),
      ...createApprovalHandlers({ approvals, audit, clock, peers, policy, principals }),
    },
    start: () => audit.record('agent.started', { version, pid }),
    beginClosing: (reason, mode) => {
      audit.record('agent.stopped', { reason });
      // Sent before the connections close, so that a user interface doesn't take this for a crash.
      server.broadcast('agent.ending', { returns: mode === 'keep' });
      closing.abort();
    },
    stop: () => {
      problems?.close();
      approvals.close();
    },
    close: async () => {
      poolTrimmer.close();
      server.close();
      policy.close();
      peers.close();
      await audit.close();
    },
    secretMoved: () => {
      audit.record('secret.moved', { store: secretStore() });
      views.announce('status');
    },
    flush: async () => {
      await withTimeout(clock, FLUSH_TIMEOUT, audit.flush());
    },
  };
}
