export { AwaitedConnections } from './awaited-connections.ts';
export type { ExecServer, ForwardServer, RemoteCaller, RemoteServer, TerminalServer } from './servers.ts';
export { StreamGate, type StreamGateOptions } from './stream-gate.ts';
