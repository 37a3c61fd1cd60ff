export { Agent, type Feature } from './agent.ts';
export type { AgentOptions } from './agent-options.ts';
export { systemOf } from './about/index.ts';
export { ProfileProblems } from './core/store/index.ts';
export type { ProxyProgram } from './ssh-config/index.ts';
export { DirectTransport } from './direct/index.ts';
export {
  createDetachedHosts,
  launchHost,
  MessageDuplex,
  PtyHostBackend,
  type ClosingMode,
  type HostProcess,
  type MessageEnd,
} from './terminals/index.ts';
