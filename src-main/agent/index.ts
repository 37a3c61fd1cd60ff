export { Agent, type AgentOptions } from './agent.ts';
export { PtyHostBackend, launchHost } from './terminals/index.ts';
