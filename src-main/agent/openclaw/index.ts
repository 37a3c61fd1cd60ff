export { requestFromPeer, type ReplyHandlers } from './prompts/index.ts';
export { createOpenClaw, type GatewayAgentOptions, type NodeAgentOptions } from './module.ts';
