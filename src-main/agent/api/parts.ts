import type { ServiceKind } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RecentLog } from '#node/logging/index.ts';
import type { ApprovalStore } from '../core/approvals/index.ts';
import type { AddingService } from '../adding/index.ts';
import type { DiscoveryService } from '../discovery/index.ts';
import type { ExecService } from '../exec/index.ts';
import type { ForwardManager } from '../forwards/index.ts';
import type { GatewayManager } from '../openclaw/gateways/index.ts';
import type { GatewayTerminals } from '../openclaw/terminals/index.ts';
import type { SessionHistory } from '../history/index.ts';
import type { NodeService } from '../openclaw/node/index.ts';
import type { PairingService } from '../invitations/index.ts';
import type { Network, ProxySettings } from '../network/index.ts';
import type { GatewayAdministration, OperatorService } from '../openclaw/operator/index.ts';
import type { Recordings } from '../recordings/index.ts';
import type { RemoteService } from '../openclaw/prompts/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import type { PauseSwitch } from '../pause/index.ts';
import type { AuditLog, ProfileProblems, SettingsStore } from '../core/store/index.ts';
import type { ReservedPorts, PeerTargets, TargetServer } from '../targets/index.ts';
import type { SharedWithMe } from '../shares/index.ts';
import type { TerminalService } from '../terminals/index.ts';
import type { ExecChannels } from '../exec/channels.ts';
import type { TerminalChannels } from '../terminals/channels.ts';

/** Everything the calls of a user interface reach. */
export type AgentParts = Readonly<{
  version: string;
  pid: number;
  startedAt: number;
  profile: string;
  /** Where the secret lies now, for people. */
  secretStore(): string;
  /** What starts this agent again, where something does. */
  service: ServiceKind | undefined;
  /** What is wrong with the files; undefined where nobody looks. */
  problems: ProfileProblems | undefined;
  pause: PauseSwitch;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  /** The newest lines of the log, for reports. */
  recentLog: RecentLog;
  identity: DeviceIdentity;
  settings: SettingsStore;
  peers: PeerBook;
  policy: RightsPolicy;
  approvals: ApprovalStore;
  audit: AuditLog;
  history: SessionHistory;
  /** Undefined where this agent keeps none. */
  recordings: Recordings | undefined;
  network: Network;
  /** How relays are reached. */
  proxy: ProxySettings;
  pairing: PairingService;
  /** Devices that are added by hand. */
  adding: AddingService;
  /** The local network. */
  discovery: DiscoveryService;
  terminals: TerminalService;
  /** Commands of peers without a terminal. */
  execs: ExecService;
  shares: SharedWithMe;
  channels: TerminalChannels;
  execChannels: ExecChannels;
  targets: PeerTargets;
  targetServer: TargetServer;
  ownPorts: ReservedPorts;
  forwards: ForwardManager;
  /** Undefined where this agent has none. */
  gateways: GatewayManager | undefined;
  /** Shells on their machines. */
  gatewayTerminals: GatewayTerminals | undefined;
  /** Prompts to the gateways of peers, and of peers to those here. */
  remote: RemoteService | undefined;
  operator: OperatorService | undefined;
  administration: GatewayAdministration | undefined;
  /** This machine as their node. */
  node: NodeService | undefined;
  /** Begins the orderly end of the agent. */
  stop(keepTerminals: boolean): void;
}>;
