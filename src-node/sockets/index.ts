export {
  AUTHORITY_LIMITS,
  parseAuthorities,
  parseCertificateAuthority,
  type Authority,
} from './certificate-authorities.ts';
export { DIRECT_LISTENER_LIMITS, type DirectListenerLimits } from './direct/direct-listener.ts';
export { createDirectSockets, interfaceAddresses, type DirectSocketsOptions } from './direct/direct-sockets.ts';
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
export { lendReads } from './lend-reads.ts';
export { createLinkFormMemory } from './link-form-memory.ts';
export { createRelayDialer, type RelayDialerOptions } from './relay-dialer.ts';
export { authorizationProblem, spkiPin } from './tls-trust.ts';
export type { DataConnectionForm, DataConnectionFormCache } from './types.ts';
