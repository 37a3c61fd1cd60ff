export { pipeSocket } from './pipe-socket.ts';
export {
  ForwardConnections,
  type ConnectionClosed,
  type ConnectionFacts,
  type OpenConnection,
} from './forward-connections.ts';
export {
  ForwardConnector,
  CONNECTOR_LIMITS,
  type OutboundConnection,
  type ForwardConnectorOptions,
} from './connector.ts';
export type { AwaitedStreams } from './remote-listener.ts';
export { exportRules, importRules, type IniParts } from './ini.ts';
export { openingError, OPENING_LIMITS } from './link-upstream.ts';
export { problemOf } from './managed-rule.ts';
export { ForwardManager, type ForwardManagerOptions } from './manager.ts';
export { listensLocally, formatHostPort } from './host-port.ts';
export { RULE_LIMITS, type RuleConnections } from './rule-connections.ts';
export type {
  RuleContext,
  RuleOf,
  RuleRunner,
  RunnerFactory,
  RunnerFacts,
  RunnerProblem,
  RunnerRegistry,
} from './runner.ts';
export { peerOf } from './runner-maker.ts';
export { StreamDuplex } from './stream-duplex.ts';
export type { ForwardEnd, RemoteConnection, RemoteListener, Meter, Upstream } from './upstream.ts';
