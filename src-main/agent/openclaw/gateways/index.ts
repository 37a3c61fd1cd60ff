export { createGatewayHandlers } from './handlers.ts';
export { GatewayManager, type GatewayManagerOptions, type GatewayToAdd } from './manager.ts';
export type { GatewayTrust } from './certificate-trust.ts';
export type { GatewayChannel, GatewayDirectory, NodeDeclaration } from './gateway-directory.ts';
