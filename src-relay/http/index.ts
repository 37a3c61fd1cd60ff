export { clientAddress, isNearAddress, normalizedAddress } from './client-address.ts';
export {
  AuthorityCheck,
  dialableAddresses,
  isWildcard,
  joinAuthority,
  parsePublicUrl,
  type PublicUrl,
} from './public-url.ts';
export { PendingSocketLimit, type PendingSocketLimits } from './pending-sockets.ts';
export { RelayServer, type UpgradedSocket, type ServerHandlers } from './server.ts';
export { createRoutes, type HttpHandler } from './routes.ts';
