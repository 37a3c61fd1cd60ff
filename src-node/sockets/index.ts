export { addressGroup } from './address-group.ts';
export {
  AUTHORITY_LIMITS,
  parseAuthorities,
  parseCertificateAuthority,
  type Authority,
} from './certificate-authorities.ts';
export { formatAddress } from './direct/direct-address.ts';
export { DirectError } from './direct/direct-errors.ts';
export { FramedMessageReader, frameMessage, type FramedMessage } from './direct/direct-framing.ts';
export { DIRECT_LISTENER_LIMITS, type DirectListenerLimits } from './direct/direct-listener.ts';
export { createDirectSockets, interfaceAddresses, type DirectSocketsOptions } from './direct/direct-sockets.ts';
export type {
  DialedPath,
  IncomingDirectHandshake,
  DirectListening,
  DirectListenOptions,
  DirectSockets,
  DirectTarget,
  InterfaceAddress,
} from './direct/direct-types.ts';
export { DialError } from './errors.ts';
export type { ProxyVariables } from './proxy/environment-proxy.ts';
export {
  RelayRoute,
  type FoundProxy,
  type NetworkRoute,
  type ProxySource,
  type RelayRouteOptions,
  type RouteChoice,
} from './proxy/network-route.ts';
export { isProxyUser, parseProxyAddress, type ProxyAddress } from './proxy/proxy-address.ts';
export { parsePlainUrl, type PlainEndpoint } from './plain-endpoint.ts';
export { createPlainRelayDialer, type PlainRelayDialer } from './plain-relay-dialer.ts';
export type { JsonAnswer } from './post-json.ts';
export { DEFAULT_RELAY_PORT, parseRelayUrl, type RelayEndpoint } from './relay-url.ts';
export { lendReads } from './lend-reads.ts';
export { createLinkFormMemory } from './link-form-memory.ts';
export { createRelayDialer, type RelayDialerOptions } from './relay-dialer.ts';
export { authorizationProblem, spkiPin } from './tls-trust.ts';
export type {
  ControlChannel,
  ControlDialOptions,
  ControlHandlers,
  LinkDialOptions,
  DataConnectionForm,
  DataConnectionFormCache,
  RelayDialer,
} from './types.ts';
