import * as z from 'zod';
import { jsonObject, text } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { defineRoutes } from './route.ts';

const nodeRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('prompt'), prompt: z.string().min(1).max(PLATFORM_LIMITS.prompt) }),
  z.strictObject({ type: z.literal('status') }),
  /** Reports pending tasks, which the restart cancels, before anything else. */
  z.strictObject({ type: z.literal('restart') }),
  z.strictObject({
    type: z.literal('workflow'),
    /** Name of the workflow at the node. */
    workflow: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    params: jsonObject(PLATFORM_LIMITS.prompt).optional(),
  }),
]);
/** Request to an OpenClaw node. */
export type NodeRequest = z.infer<typeof nodeRequest>;

/** Status that a node reports, with the documented field names. `uptime` is in seconds. */
const nodeStatus = z.object({
  node_id: text(256),
  uptime: z.number().min(0),
  active_tasks: z.number().int().min(0),
  last_error: text(4096).nullable(),
  connection_state: z.enum(['online', 'reconnecting', 'offline']),
});
export type NodeStatus = z.infer<typeof nodeStatus>;

const nodeEvent = z.discriminatedUnion('type', [
  /** Next part of the answer. */
  z.object({ type: z.literal('token'), content: text(PLATFORM_LIMITS.nodeEvent) }),
  /** Tasks that a restart cancels. */
  z.object({ type: z.literal('pending'), tasks: z.array(text(1024)).max(256) }),
  z.object({ type: z.literal('status'), status: nodeStatus }),
  /** Last event of a request that succeeded. */
  z.object({ type: z.literal('done') }),
  /** Last event of a request that failed: `offline` if the node went away, `timeout` if it was silent, `busy`, or `node` with its own words. */
  z.object({
    type: z.literal('error'),
    reason: z.enum(['offline', 'timeout', 'busy', 'too-large', 'node']),
    message: text(4096),
  }),
]);
/** Event of a node's answer. `done` and `error` are the last one. */
export type NodeEvent = z.infer<typeof nodeEvent>;

/** Route of requests to OpenClaw nodes. The relay can read them. */
export const NODE_ROUTES = defineRoutes({
  'nodes.request': {
    summary:
      'Sends a request to an OpenClaw node, and streams its answer as server-sent events. The relay can read both.',
    method: 'POST',
    path: '/api/v1/nodes/:device/requests',
    input: nodeRequest,
    output: nodeEvent,
    errors: [
      'project.sealed-device',
      'project.plain-off',
      'project.device-offline',
      'project.not-a-node',
      'platform.limit',
    ],
    who: 'project:send-request',
    answer: 'event-stream',
  },
});
