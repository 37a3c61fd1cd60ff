export { createLocalAgent, ptyHostPath, type LocalAgentOptions } from './local-agent.ts';
export { endDetachedTerminals } from './end-terminals.ts';
