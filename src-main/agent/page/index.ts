export { createPageAgent, type PageAgent, type PageAgentOptions } from './page-agent.ts';
