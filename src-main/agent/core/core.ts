import { AppApiServer } from '#shared/app-api/index.ts';
import { PoolTrimmer } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { createIdentity, shortPeerId, type DeviceIdentity } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { RecentLog } from '#node/logging/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import { PeerBook } from '../peers/index.ts';
import type { ClosingMode } from '../terminals/index.ts';
import { createApprovalHandlers, ApprovalStore } from './approvals/index.ts';
import { EventBus } from './events.ts';
import { newestThatFit } from './fit-newest.ts';
import type { Module } from './module.ts';
import { RightsPolicy } from './policy/index.ts';
import { AuditLog, loadOrCreateSecret, SettingsStore } from './store/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import { Views } from './views.ts';

/** Services that every module of the agent may use. */
export type Core = Readonly<{
  version: string;
  /** Path of the profile, for people. */
  profile: string;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  /** Newest lines of the log, for reports. */
  recentLog: RecentLog;
  identity: DeviceIdentity;
  /** Secret of the profile, from which modules derive keys for what they store. */
  masterSecret: Uint8Array;
  settings: SettingsStore;
  peers: PeerBook;
  policy: RightsPolicy;
  approvals: ApprovalStore;
  audit: AuditLog;
  events: EventBus;
  views: Views;
  server: AppApiServer;
  /** Aborted when the agent begins to close. */
  closing: AbortSignal;
  /** Asks the owner of the agent to close it. */
  requestStop(terminals: ClosingMode): void;
}>;

/** The core as the agent owns it: the module that starts first and ends last. */
export type CoreModule = Core &
  Module &
  Readonly<{
    /** Resolves when a user interface has asked to stop the agent, with what is to become of terminals. */
    stopRequested: Promise<Readonly<{ terminals: ClosingMode }>>;
    /** Tells user interfaces that the agent closes, writes down why, and aborts `closing`. */
    beginClosing(reason: string, mode: ClosingMode): void;
    /** Writes down and shows where the secret is now. */
    secretMoved(): void;
    /** Resolves when the audit log is on the disk, or after half a second. */
    flush(): Promise<void>;
  }>;

/** Longest time that the audit log may take to be written, ms. */
const FLUSH_TIMEOUT = 500;

/** Loads or creates the identity and the documents that all modules share. @throws {StoreError} a document of the profile can't be used */
export async function createCore(options: AgentOptions): Promise<CoreModule> {
  const recentLog = new RecentLog(options.logger, options.clock);
  const { logger } = recentLog;
  const { crypto, clock, files, version, pid, profile, problems, service } = options;
  const startedAt = clock.now();
  const masterSecret = await loadOrCreateSecret(options.secret, (length) => crypto.randomBytes(length));
  const settings = new SettingsStore({ file: files.settings, deviceName: options.deviceName, logger });
  const { generation } = settings.value;
  const identity = createIdentity(crypto, masterSecret, { generation, now: Math.floor(clock.now() / 1000) });
  const ownName = (): string => settings.value.deviceName;
  const peers = new PeerBook({ file: files.peers, clock, logger, ownName, ownId: identity.peerId });
  const policy = new RightsPolicy({ peers, clock, logger });
  const audit = new AuditLog({ file: files.audit, clock, logger });
  const approvals = new ApprovalStore({ file: files.approvals, peers, clock, logger, audit });
  const server = new AppApiServer({ logger: logger.child({ part: 'app-api' }) });
  const closing = new AbortController();
  const views = new Views(server, clock, closing.signal);
  const events = new EventBus(logger);
  const poolTrimmer = new PoolTrimmer(clock);
  const secretStore = (): string => options.secret.describe();
  let requestStop: (request: Readonly<{ terminals: ClosingMode }>) => void = () => undefined;
  const stopRequested = new Promise<Readonly<{ terminals: ClosingMode }>>((resolve) => {
    requestStop = resolve;
  });

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
    profile,
    crypto,
    clock,
    logger,
    recentLog,
    identity,
    masterSecret,
    settings,
    peers,
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
      ...createApprovalHandlers({ approvals, audit, peers, policy }),
    },
    start: () => audit.record('agent.started', { version, pid }),
    beginClosing: (reason, mode) => {
      audit.record('agent.stopped', { reason });
      // Before their channels end: a user interface must not take this for a crash.
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
