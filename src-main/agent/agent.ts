import { AGENT_CALLS, type AgentStatus, type AppHandlers, type AppTransport } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { lookupAll } from '#node/forwarding/index.ts';
import type { AgentOptions } from './agent-options.ts';
import { createAccount } from './account/index.ts';
import { createAnswering } from './answering/index.ts';
import { createCommonRelay } from './common-relay/index.ts';
import { AgentPromptsSlot } from './core/agent-prompts.ts';
import { AgentTransfersSlot } from './core/agent-transfers.ts';
import { createCore, type Core, type CoreModule } from './core/core.ts';
import type { Handlers, Module } from './core/module.ts';
import type { SettingsStore } from './core/store/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import { createDiagnostics } from './diagnostics/index.ts';
import { createDiscovery } from './discovery/index.ts';
import { createFiles } from './files/index.ts';
import { createForwards } from './forwards/index.ts';
import { createMessages } from './messages/index.ts';
import { createIntroductions } from './introductions/index.ts';
import { createHistory } from './history/index.ts';
import { createPairing } from './pairing/index.ts';
import { createNetwork, TicketAdmission, type NetworkModule } from './network/index.ts';
import { createOpenClaw } from './openclaw/index.ts';
import { createPause } from './pause/index.ts';
import { createPeers } from './peers/index.ts';
import { createPlainRelays } from './plain-relay/index.ts';
import { createProxy } from './proxy/index.ts';
import { createRelayOffers } from './relay-offers/index.ts';
import { createRelayPage } from './relay-page/index.ts';
import { createRelayProbe } from './relay-probe/index.ts';
import { createRelayServers } from './relay-server/index.ts';
import { createRecordings } from './recordings/index.ts';
import { createSavedCommands } from './saved-commands/index.ts';
import { createSshConfig } from './ssh-config/index.ts';
import { createShareLinks } from './share-links/index.ts';
import { createStreams } from './streams/index.ts';
import { createTerminals, TerminalChannels, type ClosingMode, type TerminalsModule } from './terminals/index.ts';
import { createWakeOnLan } from './wake-on-lan/index.ts';

/** Longest time that a module may take to close unless its `closeTimeout` is set, ms. All modules together take about 6 s at most. */
const CLOSE_TIMEOUT = 500;

/** Creates a module that the agent can run without. */
export type Feature = (core: Core, dependencies: FeatureDependencies) => Module;
type FeatureDependencies = Parameters<typeof createOpenClaw>[1] &
  Parameters<typeof createPlainRelays>[1] &
  Parameters<typeof createMessages>[1] &
  Parameters<typeof createFiles>[1];

/** Optional modules of every agent. To build an agent without one of them, delete its line. */
const FEATURES: readonly Feature[] = [createOpenClaw, createPlainRelays, createMessages, createFiles];

/**
 * Agent of one device, the same in the application, in `clawreach run` and in tests. Creates the modules, starts them in order, and closes them in
 * reverse. Created by `createLocalAgent` and tests. Makes no connection before `start`.
 */
export class Agent {
  /** Resolves when a user interface asks the agent to stop. The owner of the agent then calls `close` with the given mode. */
  readonly stopRequested: Promise<Readonly<{ terminals: ClosingMode }>>;
  readonly #core: CoreModule;
  readonly #network: NetworkModule;
  readonly #terminals: TerminalsModule;
  readonly #modules: readonly Module[];
  readonly #handlers: AppHandlers;
  #closing: Promise<number> | undefined;

  /**
   * Loads or creates the identity and the documents of the profile.
   * @param features optional modules
   * @throws {StoreError} a document of the profile can't be used
   */
  static async create(options: AgentOptions, features: readonly Feature[] = FEATURES): Promise<Agent> {
    const core = await createCore(options);
    const { pause, ...pauseModule } = createPause(core, options);
    const history = createHistory(core, { file: options.files.history });
    const lookup = options.lookup ?? lookupAll;
    const admission = new TicketAdmission();
    const network = createNetwork(core, {
      ...options,
      lookup,
      discover: createDiscovery(options.lan),
      pause,
      enrolTicket: () => admission.ticket ?? options.enrolTicket?.(),
    });
    const proxy = createProxy(core, { ...options, ...network });
    const peers = createPeers(core, { ...network, traffic: options.files.traffic });
    const channels = new TerminalChannels(core);
    const recordings = createRecordings(core, { folder: options.recordings, channels });
    const terminals = createTerminals(core, { ...options, ...network, ...recordings, history, channels });
    const forwards = createForwards(core, { ...options, ...network, history, pause });
    const common = createCommonRelay(core, network);
    const offers = createRelayOffers(core, { ...network, ...common });
    const introductions = createIntroductions(core, { ...network, ...peers });
    const answering = createAnswering(core, network);
    const wakeOnLan = createWakeOnLan(core, { ...options, network });
    const streams = createStreams(core, {
      ...options,
      ...common,
      ...offers,
      ...introductions,
      ...answering,
      ...wakeOnLan,
      network,
      terminals,
      forwards,
    });
    const pairing = createPairing(core, { ...network, ...peers });
    const diagnostics = createDiagnostics(core, { network, peers, forwards });
    const account = createAccount(core, { network, admission });
    const served = terminals.terminals;
    const shareLinks = createShareLinks(core, { ...network, channels, served, pause });
    const relayServers = createRelayServers(core, { ...options, ...network, sshServices: forwards.ssh });
    const agentPrompts = new AgentPromptsSlot();
    const agentTransfers = new AgentTransfersSlot();
    const shared = {
      agentPrompts,
      agentTransfers,
      answering,
      channels,
      diagnostics,
      history,
      network,
      pause,
      streams,
      terminals,
    };
    const dependencies = { ...options, ...shared };
    const optional = features.map((create) => create(core, dependencies));
    const modules = [
      core,
      pauseModule,
      history,
      network,
      proxy,
      createRelayProbe(core, network),
      createRelayPage(core, { ...options, network }),
      peers,
      recordings,
      terminals,
      forwards,
      common,
      offers,
      introductions,
      answering,
      wakeOnLan,
      streams,
      pairing,
      account,
      shareLinks,
      relayServers,
      ...(options.savedCommands === undefined ? [] : [createSavedCommands(core, options.savedCommands)]),
      ...(options.sshConfig === undefined ? [] : [createSshConfig(core, { sshConfig: options.sshConfig, ...peers })]),
    ];
    const agent = new Agent(core, network, terminals, [...modules, diagnostics, ...optional]);
    for (const module of agent.#modules) await module.prepare?.();
    return agent;
  }

  private constructor(
    core: CoreModule,
    network: NetworkModule,
    terminals: TerminalsModule,
    modules: readonly Module[],
  ) {
    this.#core = core;
    this.#network = network;
    this.#terminals = terminals;
    this.#modules = modules;
    this.#handlers = completeHandlers(modules);
    this.stopRequested = core.stopRequested;
  }

  get settings(): SettingsStore {
    return this.#core.settings;
  }

  /** Connects to the relay, if one is set, and listens for direct connections, if they are allowed. */
  start(): void {
    for (const module of this.#modules) module.start?.();
  }

  /** Checks connections and looks for better paths. The owner calls this when the machine has changed to another network. */
  networkChanged(): void {
    if (this.#closing === undefined) this.#network.network.networkChanged();
  }

  /** Checks connections. The owner calls this when the machine wakes from sleep; the agent also notices that by itself within seconds. */
  woke(): void {
    if (this.#closing === undefined) this.#network.network.woke();
  }

  /** Called before the machine sleeps. Resolves when the audit log is on the disk. */
  async suspended(): Promise<void> {
    if (this.#closing !== undefined) return;
    this.#core.logger.info('the machine is about to sleep');
    await this.#core.flush();
  }

  /** Adds an entry to the audit log and updates the status: the unchanged secret is now in another store, such as the system's keychain. */
  secretMoved(): void {
    if (this.#closing === undefined) this.#core.secretMoved();
  }

  /** Serves a user interface until its transport ends. */
  serve(transport: AppTransport): void {
    if (this.#closing === undefined) this.#core.server.serveConnection(transport, this.#handlers);
    else transport.close();
  }

  /** Returns the status as user interfaces show it. */
  status(): AgentStatus {
    return this.#core.views.status();
  }

  /**
   * Ends terminals, or leaves them running for the next agent where possible; closes links and the relay connection, notifies user interfaces, and
   * saves the documents. Idempotent.
   * @returns number of terminals that are still running
   */
  close(reason: string, terminals: ClosingMode = 'end'): Promise<number> {
    this.#closing ??= this.#close(reason, terminals);
    return this.#closing;
  }

  async #close(reason: string, mode: ClosingMode): Promise<number> {
    this.#core.beginClosing(reason, mode);
    const reversed = this.#modules.toReversed();
    for (const module of reversed) module.stop?.();
    for (const { close, closeTimeout = CLOSE_TIMEOUT } of reversed) {
      // A module that fails must not keep the others from closing.
      await withTimeout(this.#core.clock, closeTimeout, Promise.resolve(mode).then(close)).catch((error: unknown) =>
        this.#core.logger.error('a module could not be closed', { errorCode: errorCode(error) }),
      );
    }
    return this.#terminals.left();
  }
}

/** Merges the modules' handlers. A call that no module handles fails with `agent.unavailable`. */
function completeHandlers(modules: readonly Module[]): AppHandlers {
  const handlers: Handlers = Object.assign({}, ...modules.map((module) => module.handlers));
  const refuse = (call: string) => async () => {
    throw new ClawReachError('agent.unavailable', `this agent answers no ${call}`, { details: { call } });
  };
  const missing = Object.keys(AGENT_CALLS).filter((call) => !(call in handlers));
  return Object.assign(Object.fromEntries(missing.map((call) => [call, refuse(call)])), handlers) as AppHandlers;
}
