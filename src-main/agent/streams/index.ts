export { AwaitedConnections } from './awaited-connections.ts';
export {
  StreamGate,
  type ForwardServer,
  type RemoteCaller,
  type RemoteServer,
  type StreamGateOptions,
  type TerminalServer,
} from './stream-gate.ts';
