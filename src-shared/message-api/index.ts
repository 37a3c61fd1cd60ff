export { API_ERRORS, apiErrorBody, MessageApiError, statusOf, type ApiErrorBody, type ApiErrorCode } from './errors.ts';
export {
  cursorField,
  MOST_MISSING,
  type ApiMessage,
  type ApiPeer,
  type ApiTransfer,
  type EndedFiles,
  type FilesChange,
  type StateChange,
} from './fields.ts';
export { MESSAGE_API_LIMITS } from './limits.ts';
export { messageApiDocument } from './open-api.ts';
export {
  findRoute,
  idempotencyKey,
  MESSAGE_API_ROUTES,
  messageApiRoutes,
  splitAddress,
  type MessageApiRoute,
  type MessageApiRouteName,
  type MessageApiRoutes,
} from './routes.ts';
export { agentToken, tokenFile, type TokenFile } from './token-file.ts';
