export { createNetwork, type NetworkDependencies, type NetworkModule, type PairingNetwork } from './module.ts';
export { mayGoDirect, mayTakeRelay } from './may-take-relay.ts';
export { Network } from './network.ts';
export { TicketAdmission } from './ticket-admission.ts';
export type { NetworkOptions } from './network-options.ts';
export { RelayConnection, type RelayConnectionOptions } from './relay-connection.ts';
export { OwnRelay, type OwnRelayOptions } from './own-relay.ts';
