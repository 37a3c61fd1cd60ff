export { createHandlers, type AgentParts } from './handlers.ts';
export { viewPeer, viewStatus } from './views.ts';
export { TerminalChannels } from './terminal-channels.ts';
