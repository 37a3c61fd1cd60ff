export { AgentTabs, type AgentTabsOptions, type TabAgent } from './agent-tabs.ts';
export { forgetAgent } from './forget-agent.ts';
