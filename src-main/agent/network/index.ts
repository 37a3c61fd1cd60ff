export { RelayConnection, type RelayConnectionOptions } from './relay-connection.ts';
