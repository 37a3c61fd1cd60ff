export { openPageAgent, type OpenPageAgentOptions } from './open-page-agent.ts';
