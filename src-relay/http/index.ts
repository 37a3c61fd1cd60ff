export {
  answerContent,
  answerEmpty,
  answerEvents,
  answerJson,
  answerStream,
  hasTag,
  type Answer,
  type AnswerHeaders,
} from './answers.ts';
export { clientAddress, isNearAddress, normalizedAddress } from './client-address.ts';
export { clearSessionCookie, readSessionCookie, SESSION_COOKIE, setSessionCookie } from './cookies.ts';
export type { EventStream, StreamEvent } from './event-stream.ts';
export { FeatureServer, type FeatureServerOptions } from './feature-server.ts';
export type {
  CrossOrigin,
  RelayRequest,
  RequestMethod,
  RequestRoute,
  ServerFeature,
  SocketArrival,
  SocketHandler,
  SocketRoute,
} from './features.ts';
export { HttpError, type HttpErrorCode } from './http-error.ts';
export { HTTP_LIMITS, type HttpLimits } from './limits.ts';
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
export type { RouteSocket } from './route-socket.ts';
export { createRoutes, type HttpHandler } from './routes.ts';
export { isSameOrigin, isSameOriginSocket, originOf, servedOrigin, type ServedOrigin } from './served-origin.ts';
