export { createGatewayHandlers } from './handlers.ts';
export { GatewayManager, type GatewayManagerOptions, type GatewayToAdd } from './manager.ts';
export type { GatewayTrust } from './certificate-trust.ts';
export type { GatewayChannel, Gateways, NodeDeclaration } from './types.ts';
