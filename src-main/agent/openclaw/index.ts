export { createOpenClaw, type GatewayAgentOptions, type NodeAgentOptions } from './module.ts';
