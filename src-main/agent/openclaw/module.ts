import type { AppApiServer } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { gatewayPlatform, type GatewayMachine } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import type { Programs } from '#node/programs/index.ts';
import { newestThatFit } from '../api/index.ts';
import { GatewayTerminals } from './terminals/index.ts';
import { GatewayManager, type NodeDeclaration } from './gateways/index.ts';
import { NodeService, type ShowNotification } from './node/index.ts';
import { GatewayAdministration, OperatorService } from './operator/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { SessionHistory } from '../history/index.ts';
import type { Network } from '../network/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { RemoteService } from './prompts/index.ts';

/** What an agent needs to have gateways. */
export type GatewayAgentOptions = Readonly<{
  file: DocumentFile;
  /** `requests.json`: what was decided. */
  requests: DocumentFile;
  machine: GatewayMachine;
  /** As Node names it. */
  platform: string;
  /** What this machine is as a node; without it it is none. */
  node?: NodeAgentOptions | undefined;
}>;

/** What gateways can have done here, if a person lets them. */
export type NodeAgentOptions = Readonly<{
  /** `node-policy.json` */
  policy: DocumentFile;
  programs: Programs;
  notifier: ShowNotification;
}>;

export type GatewayPartsOptions = Readonly<{
  gateways: GatewayAgentOptions;
  version: string;
  crypto: CryptoBackend;
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  deviceName(): string;
  /** To the user interfaces that are there. */
  broadcast: AppApiServer['broadcast'];
  /** Other requests wait for the person than before. */
  onRequests(): void;
}>;

const NO_SURFACE: NodeDeclaration = { capabilities: [], commands: [] };
/** The newest runs that an event tells of, and how often it comes at most, ms. */
const TOLD_RUNS = 64;
const RUNS_PACE = 250;

/** Everything of an agent that is about gateways of OpenClaw, put together. */
export class GatewayParts {
  readonly gateways: GatewayManager;
  /** Shells on their machines. */
  readonly terminals: GatewayTerminals;
  /** What waits there for an answer of the person here. */
  readonly operator: OperatorService;
  readonly administration: GatewayAdministration;
  /** This machine as their node. */
  readonly node: NodeService | undefined;
  #runsTold: Timer | undefined;

  /** Loads the documents. @throws {StoreError} what is wrong with them */
  constructor(options: GatewayPartsOptions) {
    const { gateways, version, broadcast, logger, clock, audit } = options;
    this.operator = new OperatorService({
      file: gateways.requests,
      clock,
      logger: logger.child({ part: 'operator' }),
      audit,
      onChange: () => {
        broadcast('requests.changed', this.operator.list());
        this.gateways.changed();
        options.onRequests();
      },
    });
    this.gateways = new GatewayManager({
      ...options,
      file: gateways.file,
      machine: gateways.machine,
      logger: logger.child({ part: 'gateways' }),
      self: { platform: gatewayPlatform(gateways.platform), version },
      nodeSurface: (id) => this.node?.surface(id) ?? NO_SURFACE,
      pendingRequests: (id) => this.operator.waiting(id),
      onChange: () => broadcast('gateways.changed', this.gateways.views()),
    });
    this.operator.attach(this.gateways);
    this.administration = new GatewayAdministration({ gateways: this.gateways, audit });
    this.terminals = new GatewayTerminals({
      gateways: this.gateways,
      clock: options.clock,
      logger: logger.child({ part: 'gateway-terminals' }),
      audit: options.audit,
    });
    this.node = gateways.node === undefined ? undefined : this.#createNode(gateways.node, options);
    this.node?.attach(this.gateways);
  }

  start(): void {
    this.gateways.start();
  }

  /** A person wants no connection, or wants them again. */
  setPaused(paused: boolean): void {
    this.gateways.setPaused(paused);
  }

  /** The machine is in another network, or woke. */
  nudge(): void {
    this.gateways.nudge();
  }

  /** Ends everything, at once. */
  close(): void {
    this.terminals.close();
    this.operator.close();
    this.node?.close();
    this.#runsTold?.cancel();
    this.gateways.close();
  }

  #createNode({ policy, programs, notifier }: NodeAgentOptions, options: GatewayPartsOptions): NodeService {
    const { audit, broadcast, clock, logger } = options;
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
        this.#runsTold ??= clock.setTimer(RUNS_PACE, () => {
          this.#runsTold = undefined;
          broadcast('node.runs.changed', newestThatFit(node.runs().slice(0, TOLD_RUNS)));
        });
      },
    });
    return node;
  }
}

/** What is about gateways of OpenClaw; undefined where the profile keeps none. @throws {StoreError} what is wrong with a document */
export function createGateways(
  parts: Pick<AgentOptions, 'gateways' | 'version' | 'crypto' | 'clock' | 'logger'> &
    Readonly<{
      masterSecret: Uint8Array;
      settings: SettingsStore;
      audit: AuditLog;
      /** To the user interfaces that are there. */
      broadcast: AppApiServer['broadcast'];
      /** Other requests wait for the person than before. */
      onRequests(): void;
    }>,
): GatewayParts | undefined {
  const { gateways, settings } = parts;
  if (gateways === undefined) return undefined;
  return new GatewayParts({
    gateways,
    version: parts.version,
    crypto: parts.crypto,
    masterSecret: parts.masterSecret,
    clock: parts.clock,
    logger: parts.logger,
    audit: parts.audit,
    deviceName: () => settings.value.deviceName,
    broadcast: parts.broadcast,
    onRequests: () => parts.onRequests(),
  });
}

/** Prompts to the gateways of peers, and of peers to those here; undefined where the profile keeps none. @throws {StoreError} what is wrong with the document */
export function createRemote(
  parts: Pick<AgentOptions, 'remotes' | 'crypto' | 'clock' | 'logger'> &
    Readonly<{
      gateways: GatewayManager | undefined;
      masterSecret: Uint8Array;
      audit: AuditLog;
      history: SessionHistory;
      peers: PeerBook;
      network: Network;
      /** Somebody looks at the remotes. */
      isWatched: () => boolean;
      /** To the user interfaces that are there. */
      broadcast: AppApiServer['broadcast'];
    }>,
): RemoteService | undefined {
  const { remotes, peers, network } = parts;
  if (remotes === undefined) return undefined;
  return new RemoteService({
    file: remotes,
    gateways: parts.gateways,
    crypto: parts.crypto,
    masterSecret: parts.masterSecret,
    clock: parts.clock,
    logger: parts.logger.child({ part: 'remote' }),
    audit: parts.audit,
    history: parts.history,
    peers: {
      nameOf: (peerId) => peers.nameOf(peerId),
      isReachable: (peerId) => network.mayAnswer(peerId),
      session: (peerId, signal) => network.session(peerId, signal),
    },
    isWatched: parts.isWatched,
    broadcast: parts.broadcast,
  });
}
