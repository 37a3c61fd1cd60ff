export { createAgentHost, type AgentHostOptions } from './agent-host.ts';
