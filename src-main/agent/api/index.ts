export { ExecChannels } from './exec-channels.ts';
export { createHandlers } from './handlers.ts';
export type { AgentParts } from './parts.ts';
export { haveSafetyNumbers, prepareSafetyNumbers } from './safety-numbers.ts';
export { viewPeer, viewStatus } from './views.ts';
export { TerminalChannels } from './terminal-channels.ts';
export { newestThatFit } from './newest-that-fit.ts';
