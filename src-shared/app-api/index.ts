export {
  AGENT_CALLS,
  AGENT_EVENTS,
  APP_CALLS,
  APP_EVENTS,
  deviceName,
  MOST_HOPS,
  PATH_MODES,
  PATH_REASONS,
  RIGHTS,
} from './schema.ts';
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
export { OPERATOR_CALLS, OPERATOR_EVENTS, REQUEST_KINDS } from './operator-schema.ts';
export type {
  DecidedGatewayRequest,
  GatewayDeviceView,
  GatewayNodeView,
  GatewayRequestDecision,
  GatewayRequestKind,
  GatewayRequestView,
} from './operator-schema.ts';
export { NODE_CALLS, NODE_EVENTS, NODE_POLICIES, nodePolicy } from './node-schema.ts';
export type { NodePolicy, NodeRule, NodeRun } from './node-schema.ts';
export { heartbeat, REMOTE_CALLS, REMOTE_EVENTS } from './remote-schema.ts';
export type { Heartbeat, RemoteView, Workflow } from './remote-schema.ts';
export { DEFAULT_WINDOW_SETTINGS, SHELL_CALLS, SHELL_EVENTS, secretPlace, windowSettings } from './shell-schema.ts';
export type { HostedRelay, SecretPlace, ShellCall, ShellEvent, ShellFacts, WindowSettings } from './shell-schema.ts';
export { ShellTransport, type ShellHandlers } from './shell-transport.ts';
export type {
  AgentCall,
  AgentEvent,
  AgentStatus,
  AppCall,
  AppEvent,
  ApprovalView,
  AuditEntry,
  CallInput,
  CallOutput,
  CallProgress,
  EventPayload,
  Grant,
  LinkHop,
  LinkPathKind,
  LinkState,
  NetworkView,
  PairingResult,
  PathChange,
  PathMode,
  PathReason,
  PathView,
  PeerView,
  RelayStatus,
  Right,
  RightDecision,
  TerminalView,
} from './schema.ts';
export { agentReply, APP_WIRE_LIMITS, clientMessage, decodeWireMessage, encodeWireMessage } from './wire.ts';
export type { AgentReply, ClientMessage, WireMessage } from './wire.ts';
export { isPathLoss } from './path-loss.ts';
export { ERROR_TEXTS, errorText, type ErrorText } from './error-texts/index.ts';
export { hopOfProblem, toldProblem } from './told-problem.ts';
export { APP_TRANSPORT_DRAINED, AppApiError, connectionLost } from './transport.ts';
export type { AppTransport, AppTransportHandlers } from './transport.ts';
export { createTransportPair } from './memory-transport.ts';
export { bridgeTransports } from './bridge.ts';
export { WEB_HOST, WEB_HOST_CLOSE, WEB_HOST_PROBLEMS, webHostMessage, type WebHostMessage } from './web-host-wire.ts';
export type { AppChannel } from './channel.ts';
export { AppApiClient, type CallOptions } from './client.ts';
export { APP_SERVER_LIMITS, AppApiServer } from './server.ts';
export type { AppConnection, AppHandlers, AppServerLimits, CallContext } from './connection.ts';
