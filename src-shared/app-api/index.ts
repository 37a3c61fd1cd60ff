export type { ForegroundView } from '../terminal/index.ts';
export { AGENT_CALLS, AGENT_EVENTS, APP_CALLS, APP_EVENTS } from './schema.ts';
export { isProse } from './is-prose.ts';
export { givenName, isUsableName } from './fields.ts';
export { looksTheSame, shownRoundTrip, type ShownRoundTrip } from './round-trip.ts';
export { MOST_HOPS, MOST_TRIED, PATH_MODES, PATH_REASONS } from './schemas/link-schema.ts';
export { MOST_SAVED_COMMANDS, SAVED_COMMAND_CALLS } from './schemas/saved-command-schema.ts';
export type { SavedCommand } from './schemas/saved-command-schema.ts';
export type { SshConfigView, SshHost } from './schemas/ssh-config-schema.ts';
export { MOST_PAGE_FINDINGS, PAGE_OUTCOMES } from './schemas/relay-page-schema.ts';
export type { PageCheckView, PageFinding, RelayPageView } from './schemas/relay-page-schema.ts';
export type { AccountLinkView, LinkedAccount } from './schemas/account-schema.ts';
export { FOLDER_MODES, folderMode, type FolderMode } from './schemas/folder-mode.ts';
export {
  BROWSER_LIVES,
  BROWSER_OFFERS,
  BROWSER_MODES,
  browserView,
  DEFAULT_BROWSER_LIFE,
  agentGrant,
  forgottenBecause,
  MACHINE_ORDERS,
  MOST_AGENT_GRANTS,
  MOST_ROUND_TRIPS,
  MOST_SHARED_FOLDERS,
  NO_TERMINAL_PROFILE,
  PEER_SYSTEMS,
  PLAIN_RELAY_RIGHTS,
  RIGHT_DECISIONS,
  rightDecision,
  RIGHTS,
  sendLimit,
  sharedFolder,
  terminalProfile,
} from './schemas/peer-schema.ts';
export { MOST_PLAIN_RELAYS, PLAIN_RELAY_STATES, type PlainRelayView } from './schemas/plain-relay-schema.ts';
export { DISCOVERY_CALLS, DISCOVERY_EVENTS, MOST_PRESENT } from './schemas/discovery-schema.ts';
export type { AddingView, AddRequestView, DiscoveryView, DiscoveredDeviceView } from './schemas/discovery-schema.ts';
export {
  FORWARD_CALLS,
  FORWARD_EVENTS,
  FORWARD_KINDS,
  forwardAsks,
  forwardKind,
  forwardRule,
  MOST_PORTS,
  targetPattern,
} from './schemas/forward-schema.ts';
export type {
  ForwardConnectionView,
  ForwardKind,
  ForwardProbe,
  ForwardProblem,
  ForwardRule,
  ForwardState,
  ForwardView,
  OpenPort,
  SshServer,
  TargetPattern,
  TemporaryTarget,
} from './schemas/forward-schema.ts';
export {
  certificateFingerprint,
  GATEWAY_CALLS,
  GATEWAY_EVENTS,
  GATEWAY_ROLES,
  gatewayEndpoint,
  gatewayRole,
  gatewaySettings,
  NODE_CAPABILITIES,
  nodeCapability,
  OPERATOR_ACCESS,
} from './schemas/gateway-schema.ts';
export type {
  FoundGateway,
  GatewayDraft,
  GatewayEndpoint,
  GatewayProbe,
  GatewayProblem,
  GatewayRole,
  GatewayRoleView,
  GatewaySettings,
  GatewayView,
  NodeCapability,
  OperatorAccess,
} from './schemas/gateway-schema.ts';
export { MOST_PROFILE_PROBLEMS, NOTICE_LEVELS, SERVICE_KINDS } from './schemas/background-schema.ts';
export type {
  AutostartView,
  NoticeLevel,
  PauseView,
  ProfileProblem,
  ServiceKind,
} from './schemas/background-schema.ts';
export { gatewayRequestView, OPERATOR_CALLS, OPERATOR_EVENTS, REQUEST_KINDS } from './schemas/operator-schema.ts';
export type {
  DecidedGatewayRequest,
  GatewayDeviceView,
  GatewayNodeView,
  GatewayRequestDecision,
  OnceReason,
  GatewayRequestKind,
  GatewayRequestView,
} from './schemas/operator-schema.ts';
export { NODE_CALLS, NODE_EVENTS, NODE_POLICIES, nodePolicy } from './schemas/node-schema.ts';
export type { NodePolicy, NodeRule, NodeRun } from './schemas/node-schema.ts';
export {
  agentName,
  loopLimits,
  MESSAGE_CALLS,
  MOST_CONVERSATIONS,
  MOST_LISTED,
  MOST_HAD,
  MOST_TAKEN,
  MESSAGE_EVENTS,
} from './schemas/message-schema.ts';
export type {
  AgentThere,
  AgentView,
  ConversationView,
  ForeignInstanceView,
  MessageFileView,
  MessageView,
} from './schemas/message-schema.ts';
export { heartbeat, REMOTE_CALLS, REMOTE_EVENTS } from './schemas/remote-schema.ts';
export type { GatewayHeartbeat, RemoteView, Workflow } from './schemas/remote-schema.ts';
export { PROXY_CALLS, PROXY_MODES } from './schemas/proxy-schema.ts';
export type { AuthorityView, NetworkProxyView, ProxyMode } from './schemas/proxy-schema.ts';
export { RECORDING_CALLS, RECORDING_EVENTS, RECORDING_PIECE } from './schemas/recording-schema.ts';
export type { RecordingSettings, RecordingView } from './schemas/recording-schema.ts';
export { SHARE_LIFE, type GuestView, type ShareLinkView } from './schemas/share-link-schema.ts';
export { SHARING_CALLS, SHARING_EVENTS } from './schemas/sharing-schema.ts';
export {
  MOST_SERVED,
  type ServedTerminalView,
  type SharedTerminalView,
  type TerminalViewer,
} from './schemas/sharing-schema.ts';
export { HISTORY_KINDS, HISTORY_CALLS, HISTORY_EVENTS } from './schemas/history-schema.ts';
export { readDefaultRelay, type DefaultRelay } from './schemas/default-relay.ts';
export type { HistoryEntry, HistoryKind } from './schemas/history-schema.ts';
export {
  DEFAULT_WINDOW_SETTINGS,
  HOSTED_RELAY_OFF,
  MOST_OPEN_TERMINALS,
  MOST_TITLE_LENGTH,
  OUTSIDE_OFF,
  SHELL_CALLS,
  SHELL_EVENTS,
  secretLocation,
  WINDOW_ZOOMS,
  windowSettings,
} from './schemas/shell-schema.ts';
export type {
  HostedRelay,
  OpenTerminalView,
  RelayOutside,
  SecretLocation,
  ShellCall,
  ShellEvent,
  ShellFacts,
  WindowSettings,
} from './schemas/shell-schema.ts';
export { ShellTransport, type ShellHandlers } from './transport/shell-transport.ts';
export { KEY_COMBINATION, MOST_COMBINATIONS, type KeySettings } from './schemas/key-settings.ts';
export {
  CURSOR_STYLES,
  FONT_FAMILY,
  MOST_CLIPBOARD_DECISIONS,
  RIGHT_CLICKS,
  TERMINAL_THEMES,
  type ClipboardDecision,
  type CursorStyle,
  type RightClick,
  type TerminalSettings,
  terminalThemeOf,
  type TerminalTheme,
} from './schemas/terminal-settings.ts';
export { DEFAULT_UPDATE_SETTINGS } from './schemas/update-schema.ts';
export type {
  InstalledCommand,
  Licences,
  UpdateChannel,
  UpdateRelease,
  UpdateSettings,
  UpdatesView,
  UpdateMethod,
} from './schemas/update-schema.ts';
export type {
  AgentCall,
  AgentEvent,
  AppCall,
  AppEvent,
  CallInput,
  CallOutput,
  CallProgress,
  EventPayload,
} from './schema.ts';
export {
  APPROVAL_FACTS,
  approvalFacts,
  approvalView,
  MAX_APPROVAL_DURATION,
  MIN_APPROVAL_DURATION,
  REQUESTED,
} from './schemas/approval-schema.ts';
export type { ApprovalFact, ApprovalView, Requested } from './schemas/approval-schema.ts';
export type {
  LinkHop,
  LinkPathKind,
  LinkState,
  PathChange,
  PathMode,
  PathReason,
  PathTimes,
  UdpReason,
  PathView,
  TriedAddress,
} from './schemas/link-schema.ts';
export type { AgentStatus, AuditEntry } from './schemas/status-schema.ts';
export type { NetworkView, RelayStatus } from './schemas/network-schema.ts';
export type { PairingResult } from './schemas/pairing-schema.ts';
export type {
  ForgottenBecause,
  BrowserLife,
  BrowserOffer,
  BrowserEnd,
  BrowserMode,
  BrowserView,
  AgentGrant,
  Grant,
  MachineFactsView,
  MachineOrder,
  MeasurementsView,
  PeerSystem,
  PeerView,
  PlainRelayRight,
  Right,
  RightDecision,
  SharedFolderView,
  TerminalProfile,
} from './schemas/peer-schema.ts';
export type { TerminalView } from './schemas/terminal-schema.ts';
export { agentReply, APP_WIRE_LIMITS, clientMessage, decodeWireMessage, encodeWireMessage } from './transport/wire.ts';
export type { AgentReply, ClientMessage, WireMessage } from './transport/wire.ts';
export { groupMachines, sortByName, sortByUse, type MachineGroup } from './machine-groups.ts';
export { EndedTerminals } from './ended-terminals.ts';
export { isPathLoss } from './path-loss.ts';
export { canJoinUnadmitted } from './unadmitted-join.ts';
export { hopOfProblem, problemToExplain } from './forward-problem.ts';
export { APP_TRANSPORT_DRAINED, AppApiError, connectionLost } from './transport/transport.ts';
export type { AppTransport, AppTransportHandlers } from './transport/transport.ts';
export { createTransportPair } from './transport/memory-transport.ts';
export { bridgeTransports } from './transport/bridge.ts';
export {
  WEB_HOST,
  WEB_HOST_CLOSE,
  WEB_HOST_PROBLEMS,
  webHostMessage,
  type WebHostMessage,
} from './transport/web-host-wire.ts';
export type { AppChannel } from './transport/channel.ts';
export { AppApiClient } from './transport/client.ts';
export type { CallGuard, CallOptions, GuardedCall } from './transport/contract-client.ts';
export { APP_SERVER_LIMITS, AppApiServer } from './transport/server.ts';
export type { AppConnection, AppHandlers, AppServerLimits, CallContext } from './transport/connection.ts';
export { RELAY_SERVER_ACTIONS, RELAY_SERVER_CALLS, RELAY_SERVER_STEPS } from './schemas/relay-server-schema.ts';
export type {
  RelayServerAction,
  RelayServerAnswer,
  RelayServerInput,
  RelayServerPlan,
  RelayServerProgress,
  RelayServerQuestion,
  RelayServerState,
  RelayServerStep,
  RelayServerView,
} from './schemas/relay-server-schema.ts';
export type { RemoteEntry, RemoteRoot } from './schemas/folder-schema.ts';
export { MOST_WAKERS } from './schemas/wake-schema.ts';
export { MOST_TRANSFERS, PATH_CALLS, type TransferFailure, type TransferView } from './schemas/transfer-schema.ts';
