export { createDiscoveryHandlers } from './handlers.ts';
export { SenderBudget } from './sender-budget.ts';
export { DISCOVERY_LIMITS } from './limits.ts';
export { DiscoveryService, type DiscoveryOptions, type DiscoveryPeer } from './service.ts';
