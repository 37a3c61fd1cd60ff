import { homedir, hostname } from 'node:os';
import { AppApiServer, type AppTransport } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { errorMessage } from '#shared/errors.ts';
import { createIdentity, type DeviceIdentity } from '#shared/identity/index.ts';
import { lookupAll } from '#node/forwarding/index.ts';
import { createHandlers, TerminalChannels, viewStatus, type AgentParts } from './api/index.ts';
import type { AgentOptions } from './agent-options.ts';
import { Announcer } from './announcer.ts';
import { ApprovalStore } from './approvals/index.ts';
import { PlaceChanges } from './auto/index.ts';
import { AssociationServer } from './datagrams/index.ts';
import { ForwardManager } from './forwards/index.ts';
import { GatewayParts } from './gateway-parts.ts';
import { createPairing } from './create-pairing.ts';
import { Network, OwnRelay } from './network/index.ts';
import { PeerBook } from './peers/index.ts';
import { RightsPolicy } from './policy/index.ts';
import { RemoteService } from './remote/index.ts';
import { createRunners } from './runners.ts';
import { AuditLog, loadOrCreateSecret, SettingsStore } from './store/index.ts';
import { SshParts } from './ssh/index.ts';
import { AwaitedConnections, StreamGate } from './streams/index.ts';
import { OwnAddresses, OwnPorts, PeerTargets, TargetServer } from './targets/index.ts';
import { TerminalService, type ClosingMode } from './terminals/index.ts';
import { within } from './within.ts';

/** How long parts of the end may take, ms: together about six seconds, whatever a peer, the relay, a disk or a terminal does. */
const CLOSING = { forwards: 500, terminals: 3500, network: 1500, audit: 500 };

/** The connector agent of one device: the same with a window, without one, and in tests. */
export class Agent {
  /** Resolves when a user interface has asked for the end; the owner then calls `close`, and with what is to become of the terminals. */
  readonly stopRequested: Promise<Readonly<{ terminals: ClosingMode }>>;
  readonly #parts: AgentParts;
  readonly #gate: StreamGate;
  readonly #gateways: GatewayParts | undefined;
  readonly #remote: RemoteService | undefined;
  readonly #server: AppApiServer;
  readonly #handlers: ReturnType<typeof createHandlers>;
  readonly #announcer: Announcer;
  #closing: Promise<number> | undefined;

  /** Loads or creates the identity and the documents of the profile. @throws {StoreError} what is wrong with them */
  static async create(options: AgentOptions): Promise<Agent> {
    const { crypto, clock, logger, files } = options;
    const secret = await loadOrCreateSecret(options.secret, (length) => crypto.randomBytes(length));
    const settings = new SettingsStore({ file: files.settings, deviceName: options.deviceName, logger });
    const identity = createIdentity(crypto, secret, {
      generation: settings.value.generation,
      now: Math.floor(clock.now() / 1000),
    });
    const agent = new Agent(options, identity, settings, secret);
    // Before anybody can reach it: what has lost its right meanwhile ends first.
    await agent.#parts.terminals.takeOver();
    return agent;
  }

  private constructor(
    options: AgentOptions,
    identity: DeviceIdentity,
    settings: SettingsStore,
    masterSecret: Uint8Array,
  ) {
    const { crypto, clock, logger, files } = options;
    const peers = new PeerBook({ file: files.peers, clock, logger });
    const policy = new RightsPolicy({ peers, clock, logger });
    const audit = new AuditLog({ file: files.audit, clock, logger });
    const approvals = new ApprovalStore({ file: files.approvals, peers, clock, logger, audit });
    const terminals = new TerminalService({
      ...options.terminals,
      clock,
      logger: logger.child({ part: 'terminals' }),
      audit,
      decision: (peerId) => policy.decision(peerId, 'terminal'),
      isOwn: (peerId) => peers.get(peerId)?.own === true,
      nameOf: (peerId) => peers.get(peerId)?.name,
      createName: () => toHex(crypto.randomBytes(16)),
    });
    const place = new PlaceChanges();
    const network: Network = new Network({
      crypto,
      identity,
      clock,
      logger,
      dialer: options.dialer,
      direct: options.direct,
      interfaces: options.interfaces,
      settings,
      peers,
      audit,
      software: `clawreach/${options.version}`,
      onStream: (stream, peerId, session) => gate.accept(stream, peerId, session),
      onPlaceChange: () => {
        ssh?.networkChanged();
        this.#gateways?.nudge();
        place.tell();
      },
      onChange: (what) => {
        if (what === 'peers') forwards.linksChanged();
        else ownRelay.look();
        this.#announcer.announce(what);
      },
    });
    const ssh =
      options.ssh === undefined
        ? undefined
        : new SshParts({
            file: options.ssh.hostKeys,
            machine: options.ssh.machine,
            clock,
            logger: logger.child({ part: 'ssh' }),
          });
    const awaited = new AwaitedConnections();
    const ownPorts = new OwnPorts();
    const lookup = options.lookup ?? lookupAll;
    const own = new OwnAddresses({
      clock,
      hostName: hostname(),
      list: () => (options.interfaces?.() ?? []).map(({ address }) => address),
    });
    const ownRelay: OwnRelay = new OwnRelay({
      url: () => network.relay.url,
      lookup,
      isOwn: (address) => own.has(address),
      clock,
    });
    ownPorts.watch(() => [options.direct?.port ?? [], ownRelay.port ?? []].flat());
    const forwards: ForwardManager = new ForwardManager({
      file: files.forwards,
      crypto,
      masterSecret,
      clock,
      logger: logger.child({ part: 'forwards' }),
      peers,
      session: (peerId, signal) => network.session(peerId, signal),
      current: (peerId) => network.current(peerId),
      mayReach: (peerId) => network.mayReach(peerId),
      awaited,
      runners: createRunners({ ssh, place, folders: { home: homedir(), privateFolders: [options.profile] } }),
      claimPort: (port) => ownPorts.claim(port),
      onChange: () => {
        if (this.#closing === undefined && this.#server.connectionCount > 0)
          this.#server.broadcast('forwards.changed', forwards.list());
      },
    });
    const targets = new PeerTargets({
      peers,
      rights: policy,
      approvals,
      clock,
      logger: logger.child({ part: 'targets' }),
      lookup,
      own,
      ownPorts,
    });
    const targetServer = new TargetServer({
      policy: targets,
      awaited,
      datagrams: new AssociationServer({
        policy: targets,
        connections: forwards.connections,
        audit,
        clock,
        logger: logger.child({ part: 'targets' }),
      }),
      connections: forwards.connections,
      ownPorts,
      audit,
      clock,
      logger: logger.child({ part: 'targets' }),
    });
    this.#gateways =
      options.gateways === undefined
        ? undefined
        : new GatewayParts({
            gateways: options.gateways,
            version: options.version,
            crypto,
            masterSecret,
            clock,
            logger,
            audit,
            deviceName: () => settings.value.deviceName,
            broadcast: (event, value) => {
              if (this.#closing === undefined && this.#server.connectionCount > 0) this.#server.broadcast(event, value);
            },
            onRequests: () => this.#announcer.announce('status'),
          });
    this.#remote =
      options.remotes === undefined
        ? undefined
        : new RemoteService({
            file: options.remotes,
            gateways: this.#gateways?.gateways,
            crypto,
            masterSecret,
            clock,
            logger: logger.child({ part: 'remote' }),
            audit,
            peers: {
              nameOf: (peerId) => peers.nameOf(peerId),
              isReachable: (peerId) => network.isReachable(peerId),
              session: (peerId, signal) => network.session(peerId, signal),
            },
            isWatched: () => this.#closing === undefined && this.#server.connectionCount > 0,
            broadcast: (event, value) => {
              if (this.#closing === undefined && this.#server.connectionCount > 0) this.#server.broadcast(event, value);
            },
          });
    const gate = new StreamGate({
      peers,
      policy,
      approvals,
      terminals,
      ways: network.via,
      forwards: targetServer,
      remote: this.#remote?.server,
      audit,
      logger,
    });
    const pairing = createPairing({
      crypto,
      identity,
      clock,
      audit,
      settings,
      peers,
      network,
      onPinned: (peerId) => void this.#greet(peerId),
    });
    let requestStop: (wish: Readonly<{ terminals: ClosingMode }>) => void = () => undefined;
    this.stopRequested = new Promise((resolve) => {
      requestStop = resolve;
    });
    this.#gate = gate;
    this.#server = new AppApiServer({ logger: logger.child({ part: 'app-api' }) });
    this.#parts = {
      version: options.version,
      pid: options.pid,
      startedAt: clock.now(),
      profile: options.profile,
      secretStore: () => options.secret.describe(),
      crypto,
      clock,
      logger,
      identity,
      settings,
      peers,
      policy,
      approvals,
      audit,
      network,
      pairing,
      terminals,
      channels: new TerminalChannels({ logger, clock }),
      forwards,
      gateways: this.#gateways?.gateways,
      gatewayTerminals: this.#gateways?.terminals,
      remote: this.#remote,
      node: this.#gateways?.node,
      operator: this.#gateways?.operator,
      administration: this.#gateways?.administration,
      targets,
      targetServer,
      ownPorts,
      stop: (keepTerminals) => requestStop({ terminals: keepTerminals ? 'keep' : 'end' }),
    };
    this.#announcer = new Announcer(this.#parts, this.#server, () => this.#closing !== undefined);
    this.#handlers = createHandlers(this.#parts);
    peers.onChange((change) => {
      if (change.kind === 'removed') network.drop(change.peerId, 'peer.forgotten');
      if (change.kind !== 'seen') forwards.peerChanged(change.peerId, change.kind);
      this.#announcer.announce('peers');
    });
    approvals.onChange(() => this.#announcer.announce('approvals'));
    policy.onChange(({ peerId, right, decision }) => {
      const name = peers.get(peerId)?.name ?? '';
      const grant = peers.get(peerId)?.grants[right];
      audit.record('right.changed', { peer: peerId, name, right, decision, expiresAt: grant?.expiresAt ?? null });
      // Set by the person, not by ignoring or forgetting the peer.
      if (decision !== 'ask' && grant?.decision === decision) approvals.answerAll(peerId, right, decision);
    });
  }

  get settings(): SettingsStore {
    return this.#parts.settings;
  }

  /** Connects to the relay, if one is set, and takes direct connections, if they are allowed. */
  start(): void {
    const { audit, version, pid, network, forwards } = this.#parts;
    audit.record('agent.started', { version, pid });
    network.start();
    void forwards.start();
    this.#gateways?.start();
  }

  /** The machine is in another network: connections that only look open are found out, better paths are looked for. */
  networkChanged(): void {
    if (this.#closing === undefined) this.#parts.network.networkChanged();
  }

  /** The machine slept, or this process stood still. Noticed without a call, too, within seconds. */
  woke(): void {
    if (this.#closing === undefined) this.#parts.network.woke();
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
    this.#closing ??= this.#close(reason, terminals);
    return this.#closing;
  }

  async #close(reason: string, mode: ClosingMode): Promise<number> {
    const { audit, clock, pairing, approvals, channels, terminals, forwards, network, policy, peers } = this.#parts;
    const { targets, targetServer } = this.#parts;
    audit.record('agent.stopped', { reason });
    // Before their channels end: a user interface must not take this for a crash.
    this.#server.broadcast('agent.ending', { returns: mode === 'keep' });
    pairing.close();
    approvals.close();
    channels.close();
    this.#gate.close();
    targetServer.close();
    targets.close();
    this.#remote?.close();
    this.#gateways?.close();
    // Each has bounds of its own; these hold where even a process that was killed does not go.
    await within(clock, CLOSING.forwards, forwards.close());
    const left = (await within(clock, CLOSING.terminals, terminals.close(mode))) ?? 0;
    await within(clock, CLOSING.network, network.close());
    this.#server.close();
    policy.close();
    peers.close();
    await within(clock, CLOSING.audit, audit.flush());
    return left;
  }

  /** Links to a new peer at once: it confirms the pairing at the inviter (docs/adr/0003) and gives both a first round trip. */
  async #greet(peerId: Parameters<Network['session']>[0]): Promise<void> {
    const { network, logger } = this.#parts;
    try {
      await network.relay.ready(10_000, AbortSignal.timeout(10_000));
      await network.ping(peerId, 5000, AbortSignal.timeout(10_000));
    } catch (error) {
      logger.info('the new peer could not be reached yet', { error: errorMessage(error) });
    }
  }
}
