export { addressGroup, clientAddress, isNearAddress, plainAddress } from './address.ts';
export {
  AuthorityCheck,
  dialableAddresses,
  isWildcard,
  joinAuthority,
  parsePublicUrl,
  type PublicUrl,
} from './authority.ts';
export { PendingSocketLimit, type GateLimits } from './gate.ts';
export { RelayServer, type UpgradedSocket, type ServerHandlers } from './server.ts';
export { createRoutes, type HttpHandler } from './routes.ts';
