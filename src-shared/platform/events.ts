import * as z from 'zod';
import { deviceId, uuid } from './fields.ts';
import { defineRoutes } from './route.ts';

/** Things of a project that change. `devices` includes which of them are online. */
export const PROJECT_TOPICS = ['project', 'people', 'invitations', 'devices', 'instances', 'history'] as const;
/** Things of the account that change. `projects`: the account was added to one or removed from one. */
export const ACCOUNT_TOPICS = ['account', 'sessions', 'projects', 'invitations', 'skill-configs'] as const;

/** Maximum number of IDs in one message. A change of more has none: the client reads the whole list. */
export const MOST_CHANGED = 64;

const ids = z.array(deviceId).max(MOST_CHANGED);

/**
 * Message of the relay on the `events` socket: which things have changed, as IDs, never their content. The client reads them again by their routes,
 * and reads everything again after `ready`, because it may have missed changes before.
 */
export const eventsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Empty `ids`: any number of them. */
  z.object({ type: z.literal('project-changed'), project: uuid, topic: z.enum(PROJECT_TOPICS), ids }),
  z.object({ type: z.literal('account-changed'), topic: z.enum(ACCOUNT_TOPICS), ids }),
  z.object({ type: z.literal('pong') }),
]);
export type EventsMessage = z.infer<typeof eventsMessage>;

/** Message of a client on the `events` socket. A page can't see pings of WebSocket, so it sends its own. */
export const eventsClientMessage = z.strictObject({ type: z.literal('ping') });
export type EventsClientMessage = z.infer<typeof eventsClientMessage>;

/** Close codes of the `events` socket. After `1001` and `1013` the client reconnects later. */
export const EVENTS_CLOSE = {
  /** The relay is shutting down. */
  goingAway: 1001,
  /** The client sent something else than `eventsClientMessage`. */
  policy: 1008,
  /** The client reads too slowly. */
  tooSlow: 1013,
  /** The session ended, or the account was disabled. */
  signedOut: 4001,
} as const;

/** Route of live changes. */
export const EVENT_ROUTES = defineRoutes({
  'events.open': {
    summary: 'Opens a WebSocket that sends the IDs of what has changed, never content.',
    method: 'GET',
    path: '/api/v1/events',
    output: eventsMessage,
    errors: ['platform.limit'],
    who: 'account',
    answer: 'websocket',
  },
});
