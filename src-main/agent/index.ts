export { Agent, type AgentOptions } from './agent.ts';
export { launchHost, MessageDuplex, PtyHostBackend, type HostProcess, type MessageEnd } from './terminals/index.ts';
