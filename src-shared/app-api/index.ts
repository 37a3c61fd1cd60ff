export { AGENT_CALLS, AGENT_EVENTS, APP_CALLS, APP_EVENTS } from './schema.ts';
export { givenName, isUsableName } from './fields.ts';
export { MOST_HOPS, MOST_TRIED, PATH_MODES, PATH_REASONS } from './link-schema.ts';
export { PEER_SYSTEMS, RIGHTS } from './peer-schema.ts';
export { DISCOVERY_CALLS, DISCOVERY_EVENTS, MOST_PRESENT } from './discovery-schema.ts';
export type { AddingView, DiscoveryView, FoundDevice } from './discovery-schema.ts';
export {
  FORWARD_CALLS,
  FORWARD_EVENTS,
  FORWARD_KINDS,
  forwardKind,
  forwardRule,
  targetPattern,
} from './forward-schema.ts';
export type {
  ForwardConnectionView,
  ForwardKind,
  ForwardProbe,
  ForwardProblem,
  ForwardRule,
  ForwardState,
  ForwardView,
  SshServer,
  TargetPattern,
} from './forward-schema.ts';
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
} from './gateway-schema.ts';
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
} from './gateway-schema.ts';
export { MOST_PROFILE_PROBLEMS, NOTICE_LEVELS, SERVICE_KINDS } from './background-schema.ts';
export type { AutostartView, NoticeLevel, PauseView, ProfileProblem, ServiceKind } from './background-schema.ts';
export { OPERATOR_CALLS, OPERATOR_EVENTS, REQUEST_KINDS } from './operator-schema.ts';
export type {
  DecidedGatewayRequest,
  GatewayDeviceView,
  GatewayNodeView,
  GatewayRequestDecision,
  OnceReason,
  GatewayRequestKind,
  GatewayRequestView,
} from './operator-schema.ts';
export { NODE_CALLS, NODE_EVENTS, NODE_POLICIES, nodePolicy } from './node-schema.ts';
export type { NodePolicy, NodeRule, NodeRun } from './node-schema.ts';
export { heartbeat, REMOTE_CALLS, REMOTE_EVENTS } from './remote-schema.ts';
export type { GatewayHeartbeat, RemoteView, Workflow } from './remote-schema.ts';
export { PROXY_CALLS, PROXY_MODES } from './proxy-schema.ts';
export type { AuthorityView, NetworkProxyView, ProxyMode } from './proxy-schema.ts';
export { RECORDING_CALLS, RECORDING_EVENTS, RECORDING_PIECE } from './recording-schema.ts';
export type { RecordingSettings, RecordingView } from './recording-schema.ts';
export { SHARING_CALLS, SHARING_EVENTS } from './sharing-schema.ts';
export type { ServedTerminalView, SharedTerminalView, TerminalViewer } from './sharing-schema.ts';
export { HISTORY_KINDS, SESSION_CALLS, SESSION_EVENTS } from './session-schema.ts';
export type { HistoryEntry, HistoryKind } from './session-schema.ts';
export {
  DEFAULT_WINDOW_SETTINGS,
  SHELL_CALLS,
  SHELL_EVENTS,
  secretPlace,
  WINDOW_ZOOMS,
  windowSettings,
} from './shell-schema.ts';
export type { HostedRelay, SecretLocation, ShellCall, ShellEvent, ShellFacts, WindowSettings } from './shell-schema.ts';
export { ShellTransport, type ShellHandlers } from './shell-transport.ts';
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
} from './terminal-settings.ts';
export { DEFAULT_UPDATE_SETTINGS } from './update-schema.ts';
export type {
  InstalledCommand,
  Licences,
  UpdateChannel,
  UpdateRelease,
  UpdateSettings,
  UpdatesView,
  UpdateMethod,
} from './update-schema.ts';
export type {
  AgentCall,
  AgentEvent,
  AgentStatus,
  AppCall,
  AppEvent,
  AuditEntry,
  CallInput,
  CallOutput,
  CallProgress,
  EventPayload,
} from './schema.ts';
export { APPROVAL_FACTS, approvalFacts } from './approval-schema.ts';
export type { ApprovalFact, ApprovalView } from './approval-schema.ts';
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
} from './link-schema.ts';
export type { NetworkView, RelayStatus } from './network-schema.ts';
export type { PairingResult } from './pairing-schema.ts';
export type { Grant, PeerSystem, PeerView, Right, RightDecision } from './peer-schema.ts';
export type { TerminalView } from './terminal-schema.ts';
export { agentReply, APP_WIRE_LIMITS, clientMessage, decodeWireMessage, encodeWireMessage } from './wire.ts';
export type { AgentReply, ClientMessage, WireMessage } from './wire.ts';
export { isPathLoss } from './path-loss.ts';
export { ERROR_TEXTS, errorText, type ErrorText } from './error-texts/index.ts';
export { canJoinAsGuest } from './guest.ts';
export { hopOfProblem, toldProblem } from './told-problem.ts';
export { APP_TRANSPORT_DRAINED, AppApiError, connectionLost } from './transport.ts';
export type { AppTransport, AppTransportHandlers } from './transport.ts';
export { createTransportPair } from './memory-transport.ts';
export { bridgeTransports } from './bridge.ts';
export { WEB_HOST, WEB_HOST_CLOSE, WEB_HOST_PROBLEMS, webHostMessage, type WebHostMessage } from './web-host-wire.ts';
export type { AppChannel } from './channel.ts';
export { AppApiClient, type CallGuard, type CallOptions, type GuardedCall } from './client.ts';
export { APP_SERVER_LIMITS, AppApiServer } from './server.ts';
export type { AppConnection, AppHandlers, AppServerLimits, CallContext } from './connection.ts';
