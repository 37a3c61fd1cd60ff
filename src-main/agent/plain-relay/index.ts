export { createPlainRelays, type PlainRelayAgentOptions } from './module.ts';
export { PLAIN_RELAY_LIMITS, type PlainRelayLimits } from './limits.ts';
export { parsePlainMessage, type PlainRelayMessage } from './connection/relay-messages.ts';
