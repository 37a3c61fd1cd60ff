/**
 * The accounts API of the relay, `/api/v1`: reads and checks the requests of the contract's routes (`serveRoutes`), decides who may do what, and serves
 * projects, people, invitations, devices and their history from the database.
 */
export { announcePerson, endAccountDevices, exportAccountData, removeAccountData } from './account-data.ts';
export type { AccountCaller, Caller, Callers, Credentials } from './caller.ts';
export type {
  AuditEvent,
  InvitationLinks,
  OneTimeFacts,
  OneTimePurpose,
  OneTimeSecrets,
  OneTimeUse,
  PlainDevices,
  PlatformContext,
} from './context.ts';
export {
  createPlatform,
  type CreatePlatformOptions,
  type PlatformRouteName,
  type PlatformServices,
} from './create-platform.ts';
export { EVENT_LIMITS, type EventLimits } from './events/event-sockets.ts';
export type { InvitationRequest, InvitationResult, Invitations } from './invitations/invitations.ts';
export { may } from './policy.ts';
export { findVisibleProject, requireAction, visibleTo, type VisibleProject } from './project-access.ts';
export { replyWithCsv, replyWithEvents, replyWithHeaders, RouteReply, type RouteEvents } from './route-reply.ts';
export {
  isSteppedUp,
  serveRoutes,
  type RouteCall,
  type RouteHandler,
  type RouteHandlers,
  type ServeOptions,
} from './serve-routes.ts';
export { PlatformTask, PlatformTasks, type AuditRecorder, type Change, type ProjectTopic } from './tasks.ts';
