export { addressGroup, clientAddress, isNearAddress, plainAddress } from './address.ts';
export {
  AuthorityCheck,
  interfaceAddresses,
  isWildcard,
  joinAuthority,
  parsePublicUrl,
  type PublicUrl,
} from './authority.ts';
export { ConnectionGate, type GateLimits } from './gate.ts';
export { RelayServer, type Arrival, type ServerHandlers } from './server.ts';
export { createRoutes, type Routes } from './routes.ts';
