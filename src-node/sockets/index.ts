export { DialError } from './errors.ts';
export { DEFAULT_RELAY_PORT, isLoopback, parseRelayUrl, type RelayEndpoint } from './relay-url.ts';
export type {
  ControlConnection,
  ControlDialOptions,
  ControlHandlers,
  LinkDialOptions,
  LinkForm,
  LinkFormMemory,
  RelayDialer,
} from './types.ts';
