import * as z from 'zod';
import { FOREIGN_LIMITS, instanceId } from '../foreign/index.ts';
import { count, done, name, secret, text, time } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { defineRoutes } from './route.ts';

const instanceView = z.object({
  /** The relay can read and forge what this instance writes and gets. */
  encryption: z.literal('relay-can-read'),
  id: instanceId,
  /** Name that the owner gave it. */
  name: text(PLATFORM_LIMITS.name),
  online: z.boolean(),
  /** Time of its last request, message or connection; null before the first one. */
  lastHeard: time.nullable(),
  /** Name that the program gives itself, and its agents, while it is online. */
  reportedName: text(PLATFORM_LIMITS.name).nullable(),
  agents: z.array(text(64)).max(FOREIGN_LIMITS.agents),
  /** Messages that it sent, that it received, and that were refused, since the relay started. */
  sent: count,
  received: count,
  refused: count,
  /** True if it has registered a public key, with which its receipts are signed. */
  signsReceipts: z.boolean(),
  createdAt: time,
});
/** Foreign instance of a project. */
export type InstanceView = z.infer<typeof instanceView>;

/** Key of an instance, shown once: 32 bytes, base64url. */
const key = secret;

/** Routes of the foreign instances of a project: programs that send signed messages by the relay, which can read them. */
export const INSTANCE_ROUTES = defineRoutes({
  'instances.list': {
    summary: 'Lists the foreign instances of a project.',
    method: 'GET',
    path: '/api/v1/projects/:project/instances',
    output: z.object({ instances: z.array(instanceView).max(FOREIGN_LIMITS.instances) }),
    who: 'project:view',
  },
  'instances.create': {
    summary: 'Creates a foreign instance, and the key with which it signs.',
    method: 'POST',
    path: '/api/v1/projects/:project/instances',
    input: z.strictObject({ id: instanceId, name }),
    output: z.object({ instance: instanceView, key }),
    errors: ['project.instance-exists', 'platform.limit'],
    who: 'project:manage-instances',
    status: 201,
  },
  'instances.createKey': {
    summary: 'Creates a new key of an instance, and ends the key and the connection before it.',
    method: 'POST',
    path: '/api/v1/projects/:project/instances/:instance/key',
    output: z.object({ key }),
    who: 'project:manage-instances',
    status: 201,
  },
  'instances.delete': {
    summary: 'Removes an instance, and ends its key and connection.',
    method: 'DELETE',
    path: '/api/v1/projects/:project/instances/:instance',
    output: done,
    who: 'project:manage-instances',
  },
});
