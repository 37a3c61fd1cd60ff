export { createDiscovery, type CreateDiscovery, type Discovery } from './create-discovery.ts';
export { DISCOVERY_LIMITS } from './limits.ts';
export { DiscoveryService, type DiscoveryOptions, type DiscoveryPeer } from './service.ts';
