export { AwaitedConnections } from './awaited-connections.ts';
export { StreamGate, type ForwardServer, type StreamGateOptions, type TerminalServer } from './stream-gate.ts';
