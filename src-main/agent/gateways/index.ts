export { GatewayManager, type GatewayManagerOptions, type GatewayToAdd, type GatewayTrust } from './manager.ts';
export type { GatewayChannel, Gateways, NodeSurface } from './types.ts';
