import * as z from 'zod';
import { count, deviceId, pageSize, peerId, text, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { defineRoutes } from './route.ts';

/**
 * Kinds of history entries: a link between two sealed devices through this relay, a terminal session on a plain device, or an event of the project.
 */
export const PLATFORM_HISTORY_KINDS = ['link', 'plain-session', 'event'] as const;
/** Events of a project in its history: about the project, its people, and devices that were removed. */
export const PROJECT_EVENTS = [
  'project.created',
  'project.claimed',
  'invitation.created',
  'invitation.accepted',
  'invitation.declined',
  'invitation.cancelled',
  'person.added',
  'person.left',
  'person.removed',
  'device.removed',
] as const;
export const PLATFORM_HISTORY_STATUSES = ['active', 'ended'] as const;

/** Position in the history: the start of an entry in ms, and its ID. Clients pass on what an answer's `next` holds, or a time alone. */
const position = z
  .string()
  .max(64)
  .regex(/^\d{1,15}(?:-[0-9a-z]{1,40})?$/);

const historyEntry = z.object({
  id: text(40),
  kind: z.enum(PLATFORM_HISTORY_KINDS),
  /** User of the device: the account, as far as the relay knows it, and for a link their device, whichever of the two connected. */
  who: z.object({
    account: uuid.nullable(),
    name: text(PLATFORM_LIMITS.name).nullable(),
    device: peerId.nullable(),
    label: text(PLATFORM_LIMITS.name).nullable(),
  }),
  /** Device that was used or removed; null for other events. */
  device: z.object({ id: deviceId, label: text(PLATFORM_LIMITS.name).nullable() }).nullable(),
  /** Event of the project; null for links and sessions. */
  event: z.enum(PROJECT_EVENTS).nullable(),
  /**
   * Person that an event is about, other than the one in `who`: the account, or none yet, and their name, or for the owner of the project the address that
   * was invited. Null for other events, links and sessions.
   */
  subject: z.object({ account: uuid.nullable(), name: text(PLATFORM_LIMITS.email).nullable() }).nullable(),
  status: z.enum(PLATFORM_HISTORY_STATUSES),
  startedAt: time,
  /** Null while active. */
  endedAt: time.nullable(),
  /** Bytes that the relay passed on to the device and back; null if they weren't counted. */
  bytes: z.object({ toDevice: count, fromDevice: count }).nullable(),
  /**
   * Reason of the end, such as `ended` or `connector_disconnected`; null while active, and for events. `direct`: both devices stayed online when their path
   * through the relay ended, so they have a direct one, whose end the relay doesn't learn.
   */
  reason: text(64).nullable(),
});
/** Entry of a project's history: times and byte counts, never content. */
export type PlatformHistoryEntry = z.infer<typeof historyEntry>;

/** Route of a project's history. */
export const HISTORY_ROUTES = defineRoutes({
  'history.list': {
    summary:
      'Lists links, plain sessions and events of a project, the latest beginning first. CSV by `format=csv` or `Accept: text/csv`.',
    method: 'GET',
    path: '/api/v1/projects/:project/history',
    query: z.strictObject({
      device: deviceId.optional(),
      status: z.enum(PLATFORM_HISTORY_STATUSES).optional(),
      /** ID of an account, or peer ID of the device that used another. */
      who: deviceId.optional(),
      kind: z.enum(PLATFORM_HISTORY_KINDS).optional(),
      /** Lists entries that began before this position. */
      before: position.optional(),
      limit: pageSize(PLATFORM_LIMITS.historyPage).optional(),
      format: z.enum(['json', 'csv']).optional(),
    }),
    output: z.object({
      entries: z.array(historyEntry).max(PLATFORM_LIMITS.historyPage),
      /** Value of `before` for the next page; null on the last one. */
      next: position.nullable(),
    }),
    who: 'project:view-history',
    answer: 'json-or-csv',
  },
});
