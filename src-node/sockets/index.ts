export { DialError } from './errors.ts';
export { DEFAULT_RELAY_PORT, isLoopback, parseRelayUrl, type RelayEndpoint } from './relay-url.ts';
export { lendReads } from './lend-reads.ts';
export { createLinkFormMemory } from './link-form-memory.ts';
export { createRelayDialer, type RelayDialerOptions } from './relay-dialer.ts';
export { spkiPin } from './tls-trust.ts';
export type {
  ControlConnection,
  ControlDialOptions,
  ControlHandlers,
  LinkDialOptions,
  LinkForm,
  LinkFormMemory,
  RelayDialer,
} from './types.ts';
