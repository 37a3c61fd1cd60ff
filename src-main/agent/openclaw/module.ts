import type { Timer } from '#shared/clock.ts';
import { gatewayPlatform, type GatewayMachine } from '#shared/openclaw/gateway/index.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { Programs } from '#node/programs/index.ts';
import type { AnsweringModule } from '../answering/index.ts';
import type { Core } from '../core/core.ts';
import type { AgentPromptsSlot } from '../core/agent-prompts.ts';
import { newestThatFit } from '../core/newest-that-fit.ts';
import type { Handlers, Module } from '../core/module.ts';
import type { DiagnosticsModule } from '../diagnostics/index.ts';
import type { HistoryModule } from '../history/index.ts';
import type { NetworkModule } from '../network/index.ts';
import type { PauseModule } from '../pause/index.ts';
import type { StreamsModule } from '../streams/index.ts';
import type { TerminalChannels } from '../terminals/index.ts';
import { createGatewayHandlers, GatewayManager, type NodeDeclaration } from './gateways/index.ts';
import { createNodeHandlers, NodeService, type ShowNotification } from './node/index.ts';
import { createOperatorHandlers, decidedRequests, GatewayAdministration, OperatorService } from './operator/index.ts';
import { agentPrompts, createPromptHandlers, PromptService } from './prompts/index.ts';
import { GatewayTerminals } from './terminals/index.ts';

/** Files and platform access that the gateways need. */
export type GatewayAgentOptions = Readonly<{
  /** `gateways.json`: saved gateways. */
  file: DocumentFile;
  /** `requests.json`: decided requests. */
  requests: DocumentFile;
  machine: GatewayMachine;
  /** Value of `process.platform`. */
  platform: string;
  /** Access that this machine needs as a node; omitted if it can't be one. */
  node?: NodeAgentOptions | undefined;
}>;

/** Files and programs for this machine as a node. A person decides what gateways may use. */
export type NodeAgentOptions = Readonly<{
  /** `node-policy.json` of the profile. */
  policy: DocumentFile;
  programs: Programs;
  notifier: ShowNotification;
}>;

/** Modules and files that the OpenClaw module needs. */
export type OpenClawDependencies = Readonly<{
  /** Gateways of this profile; undefined where it has none. */
  gateways?: GatewayAgentOptions | undefined;
  /** `remotes.json`: saved OpenClaws of peers, and workflows; undefined for an agent without prompts. */
  remotes?: DocumentFile | undefined;
  agentPrompts: AgentPromptsSlot;
  answering: Pick<AnsweringModule, 'serveGateways' | 'gatewaysChanged'>;
  channels: TerminalChannels;
  diagnostics: Pick<DiagnosticsModule, 'addGateways'>;
  history: Pick<HistoryModule, 'addSource' | 'history'>;
  network: Pick<NetworkModule, 'network'>;
  pause: PauseModule['pause'];
  streams: Pick<StreamsModule, 'servePrompts'>;
}>;

const NO_SURFACE: NodeDeclaration = { capabilities: [], commands: [] };
/** Number of runs in an event, and the shortest time between two events, ms. */
const EVENT_RUNS = 64;
const RUNS_PACE = 250;

/**
 * Creates the OpenClaw module: gateways of this device and their administration, this machine as their node, and prompts from and to peers. Reads
 * `gateways.json`, `requests.json`, `node-policy.json` and `remotes.json`; its services save changes there, connect to gateways, run programs for
 * them as their node, write the audit log, and record peers' requests in the history.
 * @throws {StoreError} if a document of the profile can't be used
 */
export function createOpenClaw(core: Core, dependencies: OpenClawDependencies): Module {
  const parts =
    dependencies.gateways === undefined
      ? undefined
      : new GatewayParts(core, dependencies.gateways, dependencies.answering);
  const prompts = createPrompts(core, dependencies, parts?.gateways);
  const { channels, diagnostics, history, pause, streams } = dependencies;
  if (parts !== undefined) {
    const { gateways, operator } = parts;
    dependencies.agentPrompts.fill(agentPrompts({ gateways, clock: core.clock }));
    dependencies.answering.serveGateways(operator);
    core.events.on('network.changed', () => gateways.nudge());
    core.events.on('pause.changed', ({ paused }) => gateways.setPaused(paused));
    if (pause.current !== undefined) gateways.setPaused(true);
    core.views.addStatus(() => ({
      approvalsPending: operator.pendingCount,
      gatewayRequestsPending: operator.pendingCount,
    }));
    history.addSource(() => decidedRequests(operator));
    diagnostics.addGateways(() => gateways.views());
  }
  if (prompts !== undefined) streams.servePrompts(prompts.server);
  const handlers: Handlers = {
    ...createGatewayHandlers(parts?.gateways),
    ...createOperatorHandlers(parts),
    ...createNodeHandlers(parts?.node === undefined ? undefined : { node: parts.node, gateways: parts.gateways }),
    ...createPromptHandlers({
      channels,
      gateways: parts?.gateways,
      peers: core.peers,
      prompts,
      terminals: parts?.terminals,
    }),
  };
  return {
    handlers,
    start: () => parts?.gateways.start(),
    stop: () => {
      prompts?.close();
      parts?.close();
    },
  };
}

/** Gateways of this device, with what needs a connection to them. */
class GatewayParts {
  readonly gateways: GatewayManager;
  /** Shells on the gateways' machines. */
  readonly terminals: GatewayTerminals;
  /** Requests of gateways that wait for the person here. */
  readonly operator: OperatorService;
  readonly administration: GatewayAdministration;
  /** This machine as a node of the gateways. */
  readonly node: NodeService | undefined;
  #runsAnnounced: Timer | undefined;

  /** Loads the documents. @throws {StoreError} a document can't be used */
  constructor(core: Core, options: GatewayAgentOptions, answering: Pick<AnsweringModule, 'gatewaysChanged'>) {
    const { audit, clock, crypto, logger, masterSecret, settings, version, views } = core;
    this.operator = new OperatorService({
      file: options.requests,
      clock,
      logger: logger.child({ part: 'operator' }),
      audit,
      onChange: () => {
        views.broadcast('requests.changed', this.operator.list());
        answering.gatewaysChanged();
        this.gateways.changed();
        views.announce('status');
      },
    });
    this.gateways = new GatewayManager({
      crypto,
      masterSecret,
      clock,
      audit,
      deviceName: () => settings.value.deviceName,
      file: options.file,
      machine: options.machine,
      logger: logger.child({ part: 'gateways' }),
      self: { platform: gatewayPlatform(options.platform), version },
      nodeDeclaration: (id) => this.node?.declaration(id) ?? NO_SURFACE,
      pendingRequests: (id) => this.operator.waiting(id),
      onChange: () => views.broadcast('gateways.changed', this.gateways.views()),
    });
    this.operator.attach(this.gateways);
    this.administration = new GatewayAdministration({ gateways: this.gateways, audit });
    this.terminals = new GatewayTerminals({
      gateways: this.gateways,
      clock,
      logger: logger.child({ part: 'gateway-terminals' }),
      audit,
    });
    this.node = options.node === undefined ? undefined : this.#createNode(core, options.node);
    this.node?.attach(this.gateways);
  }

  /** Closes every connection to a gateway, at once. */
  close(): void {
    this.terminals.close();
    this.operator.close();
    this.node?.close();
    this.#runsAnnounced?.cancel();
    this.gateways.close();
  }

  #createNode({ audit, clock, logger, views }: Core, { policy, programs, notifier }: NodeAgentOptions): NodeService {
    const node: NodeService = new NodeService({
      file: policy,
      programs,
      notifier,
      inbox: this.operator,
      audit,
      clock,
      logger: logger.child({ part: 'node' }),
      capabilities: (id) => this.gateways.views().find((view) => view.id === id)?.settings.node.capabilities ?? [],
      onChange: () => {
        this.#runsAnnounced ??= clock.setTimer(RUNS_PACE, () => {
          this.#runsAnnounced = undefined;
          views.broadcast('node.runs.changed', newestThatFit(node.runs().slice(0, EVENT_RUNS)));
        });
      },
    });
    return node;
  }
}

/** Creates the prompts between this device and peers; undefined for an agent without `remotes.json`. */
function createPrompts(
  { audit, clock, crypto, logger, masterSecret, peers, views }: Core,
  { remotes, history: { history }, network: { network } }: OpenClawDependencies,
  gateways: GatewayManager | undefined,
): PromptService | undefined {
  if (remotes === undefined) return undefined;
  return new PromptService({
    file: remotes,
    gateways,
    crypto,
    masterSecret,
    clock,
    logger: logger.child({ part: 'remote' }),
    audit,
    history,
    peers: {
      nameOf: (peerId) => peers.nameOf(peerId),
      isReachable: (peerId) => network.mayAnswer(peerId),
      session: (peerId, signal) => network.session(peerId, signal),
    },
    isWatched: () => views.isWatched,
    broadcast: views.broadcast,
  });
}
