export { ExecChannels } from '../exec/channels.ts';
export { createHandlers } from './handlers.ts';
export type { AgentParts } from './parts.ts';
export { haveSafetyNumbers, prepareSafetyNumbers } from '../peers/safety-numbers.ts';
export { viewPeer, viewStatus } from '../peers/views.ts';
export { TerminalChannels } from '../terminals/channels.ts';
export { newestThatFit } from '../core/fit-newest.ts';
