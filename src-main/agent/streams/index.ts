export { createStreams, type StreamsModule } from './module.ts';
export type { RightRefusal } from './right-check.ts';
export { AwaitedConnections } from './awaited-connections.ts';
export type { ExecServer, ForwardServer, PromptCaller, PromptHandler, TerminalServer } from './servers.ts';
export { StreamGate, type StreamGateOptions } from './stream-gate.ts';
