export type { GatewayChannel, Gateways, NodeSurface } from './types.ts';
