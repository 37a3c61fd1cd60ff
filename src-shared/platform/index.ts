/**
 * Contract of the relay's accounts API, `/api/v1`: one object per route (`PLATFORM_ROUTES`), with schemas, errors and caller. Runs anywhere.
 */
export { ACCOUNT_ROLES, PROJECT_ACTIONS, type AccountRole, type ProjectAction } from './actions.ts';
export type { AccountView } from './account-fields.ts';
export type { AccountExport, ApiTokenView, PasskeyView, SessionView } from './account.ts';
export type { SignInAnswer, SignUpAnswer } from './auth.ts';
export { decodeRequest, type PlatformRequest } from './decode.ts';
export type { DeviceView, PlainDeviceView, SealedDeviceView } from './devices.ts';
export { normalizeEmail } from './email.ts';
export {
  isPlatformErrorCode,
  PLATFORM_CLIENT_ERROR_CODES,
  PLATFORM_ERROR_CODES,
  PLATFORM_ERRORS,
  PlatformError,
  platformErrorBody,
  type PlatformClientErrorCode,
  type PlatformErrorBody,
  type PlatformErrorCode,
} from './errors.ts';
export {
  ACCOUNT_TOPICS,
  EVENTS_CLOSE,
  eventsClientMessage,
  eventsMessage,
  MOST_CHANGED,
  PROJECT_TOPICS,
  type EventsClientMessage,
  type EventsMessage,
} from './events.ts';
export {
  PLATFORM_HISTORY_KINDS,
  PROJECT_EVENTS,
  PLATFORM_HISTORY_STATUSES,
  type PlatformHistoryEntry,
} from './history.ts';
export { fromUuid, toUuid } from './ids.ts';
export type { InstanceView } from './instances.ts';
export type { InvitationToMe } from './invitation-fields.ts';
export { INVITATION_STATUSES, type InvitationView } from './invitations.ts';
export { PLATFORM_LIMITS } from './limits.ts';
export type { NodeEvent, NodeRequest, NodeStatus } from './nodes.ts';
export type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from './passkey-fields.ts';
export { picturePath, type PersonView } from './people.ts';
export { PICTURE_TYPES, type PictureType } from './picture-fields.ts';
export type { ProjectView } from './project-fields.ts';
export { SIGN_UP_MODES, type RelayView, type SignUpMode } from './relay.ts';
export { parametersIn, type AnswerForm, type Route, type Who } from './route.ts';
export {
  PLATFORM_ROUTES,
  type PlatformRoutes,
  type RouteInput,
  type RouteName,
  type RouteOutput,
  type RouteParams,
  type RouteQuery,
} from './routes.ts';
export type { SkillConfigView } from './skill-config-fields.ts';
export type { SkillConfig } from './skill-configs.ts';
export { createPlatformClient, type PlatformClient } from './client.ts';
export { historyCsv, wantsCsv } from './history-csv.ts';
export { openApiDocument } from './open-api.ts';
