export { createPromptHandlers } from './handlers.ts';
export { askRemote, type RemoteHandlers } from './client.ts';
export { REMOTE_LIMITS, type RemoteLimits } from './limits.ts';
export type { RemoteGateways } from './local-gateways.ts';
export { RemoteService, type PromptAnswer, type OpenClawReference, type RemoteServiceOptions } from './service.ts';
