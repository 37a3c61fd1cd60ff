export { Network, type NetworkOptions } from './network.ts';
export { RelayConnection, type RelayConnectionOptions } from './relay-connection.ts';
export { ownRelayPort } from './own-relay-port.ts';
