export { createLocalAgent, ptyHostPath, type LocalAgentOptions } from './local-agent.ts';
export { endLeftTerminals } from './end-terminals.ts';
