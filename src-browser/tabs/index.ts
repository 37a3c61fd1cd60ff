export { AgentTabs, type AgentTabsOptions, type TabAgent } from './agent-tabs.ts';
