import { AppApiServer, type AppTransport } from '#shared/app-api/index.ts';
import { PoolTrimmer, toHex } from '#shared/bytes/index.ts';
import { createIdentity, type DeviceIdentity } from '#shared/identity/index.ts';
import { RecentLog } from '#node/logging/index.ts';
import { createHandlers, ExecChannels, TerminalChannels, viewStatus, type AgentParts } from './api/index.ts';
import type { AgentOptions } from './agent-options.ts';
import { ViewBroadcaster } from './core/view-broadcaster.ts';
import { ApprovalStore } from './core/approvals/index.ts';
import { CLOSING, closeParts } from './close-parts.ts';
import { createGateways, createRemote } from './openclaw/module.ts';
import { createPairing } from './invitations/module.ts';
import { createTerminals } from './terminals/module.ts';
import { followChanges } from './follow-changes.ts';
import { ForwardParts } from './forwards/module.ts';
import type { GatewayParts } from './openclaw/module.ts';
import { ConnectionHistory, MemoryLines, SessionHistory } from './history/index.ts';
import { NetworkParts } from './network/module.ts';
import { PauseSwitch } from './pause/index.ts';
import { PeerBook } from './peers/index.ts';
import { RightsPolicy } from './core/policy/index.ts';
import { greet, introduce, notifyShares } from './peers/notify.ts';
import { AuditLog, loadOrCreateSecret, SettingsStore } from './core/store/index.ts';
import { SharedWithMe } from './shares/index.ts';
import { StreamGate } from './streams/index.ts';
import type { ClosingMode } from './terminals/index.ts';
import { withTimeout } from './core/timeout.ts';

/** The connector agent of one device: the same with a window, without one, and in tests. */
export class Agent {
  /** Resolves when a user interface has asked for the end; the owner then calls `close`, and with what is to become of the terminals. */
  readonly stopRequested: Promise<Readonly<{ terminals: ClosingMode }>>;
  readonly #parts: AgentParts;
  readonly #gate: StreamGate;
  readonly #forwardParts: ForwardParts;
  readonly #gateways: GatewayParts | undefined;
  readonly #carried: ConnectionHistory;
  readonly #server: AppApiServer;
  readonly #handlers: ReturnType<typeof createHandlers>;
  readonly #announcer: ViewBroadcaster;
  readonly #poolTrimmer: PoolTrimmer;
  #closing: Promise<number> | undefined;

  /** Loads or creates the identity and the documents of the profile. @throws {StoreError} what is wrong with them */
  static async create(given: AgentOptions): Promise<Agent> {
    const recentLog = new RecentLog(given.logger, given.clock);
    const options = { ...given, logger: recentLog.logger };
    const { crypto, clock, logger, files } = options;
    const secret = await loadOrCreateSecret(options.secret, (length) => crypto.randomBytes(length));
    const settings = new SettingsStore({ file: files.settings, deviceName: options.deviceName, logger });
    const identity = createIdentity(crypto, secret, {
      generation: settings.value.generation,
      now: Math.floor(clock.now() / 1000),
    });
    const agent = new Agent(options, recentLog, identity, settings, secret);
    // Before anybody can reach it: what has lost its right meanwhile ends first.
    await agent.#parts.terminals.takeOver();
    return agent;
  }

  private constructor(
    options: AgentOptions,
    recentLog: RecentLog,
    identity: DeviceIdentity,
    settings: SettingsStore,
    masterSecret: Uint8Array,
  ) {
    const { crypto, clock, logger, files } = options;
    this.#server = new AppApiServer({ logger: logger.child({ part: 'app-api' }) });
    const broadcast: AppApiServer['broadcast'] = (event, value) => {
      if (this.#isWatched) this.#server.broadcast(event, value);
    };
    const ownName = (): string => settings.value.deviceName;
    const peers = new PeerBook({ file: files.peers, clock, logger, ownName, ownId: identity.peerId });
    const policy = new RightsPolicy({ peers, clock, logger });
    const audit = new AuditLog({ file: files.audit, clock, logger });
    const approvals = new ApprovalStore({ file: files.approvals, peers, clock, logger, audit });
    const history = new SessionHistory({
      file: files.history ?? new MemoryLines(),
      clock,
      logger: logger.child({ part: 'history' }),
      createId: () => toHex(crypto.randomBytes(8)),
      onChange: () => broadcast('history.changed', {}),
    });
    this.#carried = new ConnectionHistory({
      history,
      clock,
      peerId: (name) => peers.list().find((record) => record.name === name)?.peerId ?? null,
    });
    const { terminals, execs, recordings } = createTerminals({
      ...options,
      settings,
      peers,
      policy,
      audit,
      history,
      broadcast,
      onShared: (peerId) => {
        if (this.#closing === undefined) void notifyShares(this.#parts, peerId);
      },
      onNoticed: (peerId) => this.#parts.shares.noticed(peerId),
    });
    const pause = new PauseSwitch({
      settings,
      clock,
      logger,
      audit,
      onChange: (paused) => {
        void this.#pauseChanged(paused);
      },
    });
    const { network, discovery, proxy } = new NetworkParts({
      ...options,
      identity,
      masterSecret,
      settings,
      peers,
      audit,
      onStream: (stream, peerId, session) => gate.accept(stream, peerId, session),
      isPaused: () => pause.current !== undefined,
      onLinked: (peerId, session) => {
        // One of the two asks, and both hear.
        if (session.role === 'initiator')
          void introduce(this.#parts, peerId, session, () => this.#closing !== undefined);
      },
      onPathChange: (peerId, { at, path, reason }) => {
        const peerName = peers.nameOf(peerId) ?? '';
        history.note({ kind: 'path', direction: 'out', peerId, peerName, detail: path ?? 'none' }, reason, at);
      },
      onPlaceChange: () => {
        this.#forwardParts.networkChanged();
        this.#gateways?.nudge();
      },
      onChange: (what) => {
        if (what === 'peers') this.#forwardParts.forwards.linksChanged();
        else this.#forwardParts.relayChanged();
        this.#announcer.announce(what);
      },
      onDiscovered: () => this.#announcer.announce('discovery'),
    });
    this.#forwardParts = new ForwardParts({
      ...options,
      masterSecret,
      peers,
      policy,
      approvals,
      audit,
      network,
      broadcast,
      onOpened: (facts) => this.#carried.opened(facts),
    });
    const { forwards, targets, targetServer, ownPorts } = this.#forwardParts;
    this.#gateways = createGateways({
      ...options,
      masterSecret,
      settings,
      audit,
      broadcast,
      onRequests: () => this.#announcer.announce('status'),
    });
    const remote = createRemote({
      ...options,
      gateways: this.#gateways?.gateways,
      masterSecret,
      audit,
      history,
      peers,
      network,
      isWatched: () => this.#isWatched,
      broadcast,
    });
    const gate = new StreamGate({
      peers,
      policy,
      approvals,
      terminals,
      execs,
      ways: network.via,
      udp: network.udp,
      forwards: targetServer,
      remote: remote?.server,
      audit,
      logger,
    });
    const { pairing, adding } = createPairing({
      crypto,
      identity,
      clock,
      audit,
      settings,
      peers,
      network,
      onPinned: (peerId) => void greet(this.#parts, peerId),
      onAdding: (view) => broadcast('adding.changed', view),
    });
    let requestStop: (wish: Readonly<{ terminals: ClosingMode }>) => void = () => undefined;
    this.stopRequested = new Promise((resolve) => {
      requestStop = resolve;
    });
    this.#gate = gate;
    this.#parts = {
      version: options.version,
      pid: options.pid,
      startedAt: clock.now(),
      profile: options.profile,
      secretStore: () => options.secret.describe(),
      service: options.service,
      problems: options.problems,
      pause,
      crypto,
      clock,
      logger,
      recentLog,
      identity,
      settings,
      peers,
      policy,
      approvals,
      audit,
      history,
      recordings,
      network,
      proxy,
      pairing,
      adding,
      discovery,
      terminals,
      execs,
      shares: new SharedWithMe({
        clock,
        logger: logger.child({ part: 'shares' }),
        current: (peerId) => network.current(peerId),
        onChange: (shared) => broadcast('terminal.shared.changed', [...shared]),
      }),
      channels: new TerminalChannels({ logger, clock }),
      execChannels: new ExecChannels(),
      forwards,
      gateways: this.#gateways?.gateways,
      gatewayTerminals: this.#gateways?.terminals,
      remote,
      node: this.#gateways?.node,
      operator: this.#gateways?.operator,
      administration: this.#gateways?.administration,
      targets,
      targetServer,
      ownPorts,
      stop: (keepTerminals) => requestStop({ terminals: keepTerminals ? 'keep' : 'end' }),
    };
    if (pause.current !== undefined) void this.#holdRules(true);
    options.problems?.watch(() => this.#announcer.announce('status'));
    this.#announcer = new ViewBroadcaster(this.#parts, this.#server, () => this.#closing !== undefined);
    this.#handlers = createHandlers(this.#parts);
    followChanges(this.#parts, this.#announcer);
    this.#poolTrimmer = new PoolTrimmer(clock);
  }

  /** Somebody is there to be told of changes. */
  get #isWatched(): boolean {
    return this.#closing === undefined && this.#server.connectionCount > 0;
  }

  get settings(): SettingsStore {
    return this.#parts.settings;
  }

  /** Connects to the relay, if one is set, and takes direct connections, if they are allowed. */
  start(): void {
    const { audit, version, pid, network, forwards, discovery } = this.#parts;
    audit.record('agent.started', { version, pid });
    network.start();
    if (this.#parts.pause.current === undefined) discovery.start();
    void forwards.start();
    this.#gateways?.start();
  }

  /** A person wants no connection, or wants them again: everything that has some is told, and whoever shows it. */
  async #pauseChanged(paused: boolean): Promise<void> {
    if (this.#closing !== undefined) return;
    const { network, discovery, logger } = this.#parts;
    logger.info(paused ? 'this device is paused' : 'this device is paused no more');
    this.#announcer.announce('peers');
    const rules = this.#holdRules(paused);
    if (!paused) discovery.start();
    await Promise.all([rules, network.pauseChanged(), paused ? discovery.close() : undefined]);
    this.#announcer.announce('peers');
  }

  #holdRules(paused: boolean): Promise<void> {
    this.#gateways?.setPaused(paused);
    return this.#parts.forwards.setPaused(paused);
  }

  /** The machine is in another network: connections that only look open are found out, better paths are looked for. */
  networkChanged(): void {
    if (this.#closing === undefined) this.#parts.network.networkChanged();
  }

  /** The machine slept, or this process stood still. Noticed without a call, too, within seconds. */
  woke(): void {
    if (this.#closing === undefined) this.#parts.network.woke();
  }

  /** The machine is about to sleep: what is to be written is on the disk when this resolves. */
  async suspended(): Promise<void> {
    if (this.#closing !== undefined) return;
    const { audit, clock, logger } = this.#parts;
    logger.info('the machine is about to sleep');
    await withTimeout(clock, CLOSING.audit, audit.flush());
  }

  /** The secret, still the same, lies elsewhere now: writes it down and tells the user interfaces. */
  secretMoved(): void {
    if (this.#closing !== undefined) return;
    const { audit, secretStore } = this.#parts;
    audit.record('secret.moved', { store: secretStore() });
    this.#announcer.announce('status');
  }

  /** Serves a user interface until its transport ends. */
  serve(transport: AppTransport): void {
    if (this.#closing !== undefined) {
      transport.close();
      return;
    }
    this.#server.serveConnection(transport, this.#handlers);
  }

  status(): ReturnType<typeof viewStatus> {
    return viewStatus(this.#parts);
  }

  /**
   * Ends terminals, or leaves them to the next agent where that is possible; ends links and the relay connection, tells the user interfaces,
   * saves. Idempotent.
   * @returns how many terminals were left running
   */
  close(reason: string, terminals: ClosingMode = 'end'): Promise<number> {
    this.#closing ??= closeParts(
      this.#parts,
      {
        server: this.#server,
        gate: this.#gate,
        forwardParts: this.#forwardParts,
        gatewayParts: this.#gateways,
        carried: this.#carried,
        poolTrimmer: this.#poolTrimmer,
      },
      reason,
      terminals,
    );
    return this.#closing;
  }
}
