export { Agent, type AgentOptions } from './agent.ts';
export { DirectTransport } from './direct/index.ts';
export {
  keptHosts,
  launchHost,
  MessageDuplex,
  PtyHostBackend,
  type ClosingMode,
  type HostProcess,
  type MessageEnd,
} from './terminals/index.ts';
