export { createLocalAgent, ptyHostPath, type LocalAgentOptions } from './local-agent.ts';
