import * as z from 'zod';
import { done, secret, time, uuid } from './fields.ts';
import { defineRoutes } from './route.ts';

const attachment = {
  /** Token for one `auth` message on `/session`, within 30 seconds. */
  token: secret,
  expiresAt: time,
};

/**
 * Routes for terminals of plain devices in a browser, which has a cookie and so can't use `/functions/v1`. The relay can read these terminals. Sealed
 * devices need no route: a browser connects to them as a peer.
 */
export const PLAIN_SESSION_ROUTES = defineRoutes({
  'plainSessions.start': {
    summary: 'Starts a terminal session on a plain device. The relay can read it.',
    method: 'POST',
    path: '/api/v1/projects/:project/devices/:device/sessions',
    output: z.object({ session: uuid, startedAt: time, ...attachment }),
    errors: ['project.sealed-device', 'project.plain-off', 'project.device-offline', 'platform.limit'],
    who: 'project:open-terminal',
    status: 201,
  },
  'plainSessions.attach': {
    summary: 'Returns a token to resume an own active session.',
    method: 'POST',
    path: '/api/v1/projects/:project/devices/:device/sessions/:session/attach',
    output: z.object(attachment),
    errors: ['project.session-over', 'project.plain-off'],
    who: 'project:open-terminal',
  },
  'plainSessions.end': {
    summary: 'Ends an own session.',
    method: 'DELETE',
    path: '/api/v1/projects/:project/devices/:device/sessions/:session',
    output: done,
    who: 'project:open-terminal',
  },
});
