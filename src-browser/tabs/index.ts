export { AgentTabs, type AgentTabsOptions } from './agent-tabs.ts';
