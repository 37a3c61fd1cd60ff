export { Agent, type AgentOptions } from './agent.ts';
export { launchHost, PtyHostBackend, type HostProcess } from './terminals/index.ts';
