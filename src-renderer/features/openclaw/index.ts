export { GatewaysTab } from './gateways/gateways-tab.tsx';
export { PromptsTab } from './prompts/prompts-tab.tsx';
