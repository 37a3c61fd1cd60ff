export { agentPrompts } from './agent-prompts.ts';
export { createPromptHandlers } from './handlers.ts';
export { requestFromPeer, type ReplyHandlers } from './client.ts';
export { PROMPT_LIMITS, type PromptLimits } from './limits.ts';
export type { PromptGateways } from './local-gateways.ts';
export { PromptService, type PromptAnswer, type OpenClawReference, type PromptServiceOptions } from './service.ts';
