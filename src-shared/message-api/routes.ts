import * as z from 'zod';
import {
  AGENT_NAME,
  BOX_MESSAGES,
  LONGEST_MESSAGE_LIFE,
  MESSAGE_FILES,
  MESSAGE_MEDIA,
  messageId,
  SHORTEST_MESSAGE_LIFE,
  threadId,
} from '../messages/index.ts';
import { AGENT_PATHS, transferId } from '../files/index.ts';
import type { ApiErrorCode } from './errors.ts';
import {
  addressField,
  agentField,
  apiMessage,
  apiPeer,
  apiTransfer,
  cursorField,
  endedFiles,
  filesChange,
  retryField,
  stateChange,
  stateField,
} from './fields.ts';
import { MESSAGE_API_LIMITS as L } from './limits.ts';

/** Whole number in a query. */
const whole = (least: number, most: number): z.ZodType<number> => z.coerce.number().int().min(least).max(most);
const none = z.strictObject({});

/** Value of the header `Idempotency-Key`. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/);

type RouteDefinition = Readonly<{
  /** Sentence for the generated documentation. */
  summary: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Path, with parameters as `:name`. */
  path: `/v1/${string}`;
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** Body; undefined if the route has none. */
  input?: z.ZodType;
  output: z.ZodType;
  /** Header that the route reads, besides those of all routes. */
  header?: Readonly<{ name: string; schema: z.ZodType; description: string }>;
  /** Statuses of a success, each with what it means. */
  statuses: Readonly<Record<number, string>>;
  /** Codes of the route, besides those of all routes. */
  errors?: readonly ApiErrorCode[];
  /** `events`: a stream of server-sent events; the schemas of their data by their names. */
  events?: Readonly<Record<string, z.ZodType>>;
}>;

function defineRoutes<const Routes extends Readonly<Record<string, RouteDefinition>>>(routes: Routes): Routes {
  return routes;
}

/** Codes of requests that send something to another machine, with files. */
const OF_SENDING = [
  'api.key',
  'local-agent.unknown',
  'local-agent.no-files',
  'message.unknown-instance',
  'message.ambiguous-instance',
  'message.is-program',
  'file.outside',
  'file.hidden',
  'file.profile',
  'file.missing',
  'file.nothing',
  'file.unreadable',
  'file.full',
  'file.unavailable',
  'peer.unknown',
  'peer.ambiguous',
  'peer.uncompared',
  'peer.suspended',
  'store.write',
] as const satisfies readonly ApiErrorCode[];

const transferParam = z.strictObject({ id: transferId });
const idParam = z.strictObject({ id: messageId });

const noFields = z.object({});

/** Routes of the local API by which a program sends and receives the messages of its agent: one object each, for server, documentation and tests. */
export const MESSAGE_API_ROUTES = defineRoutes({
  send: {
    summary: 'Sends a message. Answers when it is on the disk, or when what `wait` names has come.',
    method: 'POST',
    path: '/v1/messages',
    header: {
      name: 'Idempotency-Key',
      schema: idempotencyKey,
      description: 'A repeated request with the same key sends the message once.',
    },
    input: z.strictObject({
      to: addressField.describe(
        'MACHINE/AGENT, PEER-ID/AGENT, ./AGENT for this machine, program:NAME/AGENT for a program at the relay, or AGENT where it is unique',
      ),
      body: z.string().min(1).describe('At most 256 KiB of UTF-8'),
      media: z.enum(MESSAGE_MEDIA).optional(),
      thread: threadId.optional().describe('Unless it is given: that of the message that it answers, or a new one'),
      reply_to: messageId.optional(),
      expires_in: z
        .number()
        .int()
        .min(SHORTEST_MESSAGE_LIFE / 1000)
        .max(LONGEST_MESSAGE_LIFE / 1000)
        .optional()
        .describe('s, 7 days unless it is given'),
      wait: z.enum(['queued', 'stored', 'reply']).optional(),
      timeout: z.number().int().min(1).max(L.longestTimeout).optional().describe('s, 60 unless it is given'),
      files: z
        .array(z.string().min(1).max(4096))
        .min(1)
        .max(MESSAGE_FILES)
        .optional()
        .describe('Files and folders below the folder of the agent, where a relative path begins. To machines only'),
      relay_can_read: z
        .literal(true)
        .optional()
        .describe(
          'Needed once for each program that is verified by the relay alone: the relay can read what you send it',
        ),
    }),
    output: z.object({
      id: messageId,
      state: stateField,
      code: z.string().nullable().describe('Reason for the state "refused" or "lost"'),
      retry_at: retryField,
      reply: apiMessage.optional().describe('Answer. Acknowledge it, or it comes again'),
    }),
    statuses: {
      200: 'What was waited for has come, or the message has ended: see its state.',
      202: 'The message is on the disk. What was waited for has not come yet.',
    },
    errors: [
      ...OF_SENDING,
      'message.address',
      'message.json',
      'message.unknown',
      'message.unknown-agent',
      'message.ambiguous',
      'message.relay-reads',
      'message.instances',
      'message.too-large',
      'message.full',
      'message.pairs',
      'message.no-files',
      'file.over',
    ],
  },
  ended: {
    summary:
      'Lists the messages of the agent, and those to it, whose files are there or can not come: for a program that was told `reset`.',
    method: 'GET',
    path: '/v1/messages',
    query: z.strictObject({ files: z.literal('ended') }),
    output: z.object({
      messages: z.array(endedFiles).max(4 * BOX_MESSAGES),
      cursor: cursorField.describe('What ends after this answer, a stream of events after this cursor tells'),
    }),
    statuses: { 200: 'IDs and states.' },
  },
  get: {
    summary:
      'Returns a message of the agent, with its state. With `wait`, waits until its files are there, or can not come.',
    method: 'GET',
    path: '/v1/messages/:id',
    params: idParam,
    query: z.strictObject({ wait: whole(0, L.longestWait).optional().describe('s') }),
    output: apiMessage,
    statuses: { 200: 'The message.' },
    errors: ['message.unknown'],
  },
  cancel: {
    summary: 'Takes a message back that its recipient does not have.',
    method: 'DELETE',
    path: '/v1/messages/:id',
    params: idParam,
    output: apiMessage,
    statuses: {
      200: 'The message is taken back.',
      202: 'It may be on its way. It is taken back as soon as its recipient says that it does not have it.',
    },
    errors: ['message.unknown', 'message.delivered', 'store.write'],
  },
  inbox: {
    summary:
      'Hands out messages to the agent, oldest first. Each comes again 60 s later until it is acknowledged. With `wait`, waits for the first one.',
    method: 'GET',
    path: '/v1/inbox',
    query: z.strictObject({
      wait: whole(0, L.longestWait).optional().describe('s'),
      limit: whole(1, L.messages).optional(),
      after: cursorField.optional().describe('Cursor of an earlier answer: only what came after it'),
    }),
    output: z.object({ messages: z.array(apiMessage).max(L.messages), cursor: cursorField }),
    statuses: { 200: 'Messages; none if the time is over.' },
    errors: ['store.write'],
  },
  ack: {
    summary: 'Acknowledges messages, so that they do not come again. Their senders are told that they were read.',
    method: 'POST',
    path: '/v1/inbox/ack',
    input: z.strictObject({
      ids: z.array(messageId).min(1).max(L.acknowledged),
      read: z.boolean().optional().describe('true unless it is given; false: the senders are not told'),
    }),
    output: z.object({ acknowledged: z.array(messageId) }),
    statuses: { 200: 'IDs of the messages that are acknowledged now.' },
    errors: ['store.write'],
  },
  events: {
    summary:
      'Streams messages as they come, which are handed out as by the inbox, states of messages that the agent has sent, and files of messages that are there or can not come.',
    method: 'GET',
    path: '/v1/events',
    query: z.strictObject({
      messages: z
        .literal('none')
        .optional()
        .describe('none: hands out no messages; the program gets them by the inbox'),
    }),
    header: { name: 'Last-Event-ID', schema: cursorField, description: 'Continues after this event.' },
    output: z.union([apiMessage, stateChange, filesChange, noFields]),
    events: { message: apiMessage, state: stateChange, files: filesChange, reset: noFields },
    statuses: {
      200: `Events \`message\`, \`state\` and \`files\`. A comment each 15 s. A new stream begins with a cursor and no event, so that it can continue from there. A stream that continues begins with \`reset\` if states and files of before may be missing: after a restart, or more than ${L.states} of them. Ask for the messages then, and for those whose files have ended; none of those to the agent is lost.`,
    },
  },
  sendFiles: {
    summary:
      'Sends files and folders to a machine, into its inbox folder for this one. Needs a folder that a person has granted the agent. Answers when it is queued.',
    method: 'POST',
    path: '/v1/files',
    header: {
      name: 'Idempotency-Key',
      schema: idempotencyKey,
      description: 'A repeated request with the same key sends the files once.',
    },
    input: z.strictObject({
      to: z.string().min(1).max(256).describe('MACHINE or PEER-ID, as what stands before /AGENT in addresses'),
      paths: z
        .array(z.string().min(1).max(4096))
        .min(1)
        .max(AGENT_PATHS)
        .describe('Files and folders below the folder of the agent, where a relative path begins'),
    }),
    output: apiTransfer,
    statuses: { 202: 'The transfer is on the disk. It goes on by itself, also after a restart.' },
    errors: [...OF_SENDING, 'file.own'],
  },
  getFiles: {
    summary: 'Returns a transfer of the agent. With `wait`, waits until it is over.',
    method: 'GET',
    path: '/v1/files/:id',
    params: transferParam,
    query: z.strictObject({ wait: whole(0, L.longestWait).optional().describe('s') }),
    output: apiTransfer,
    statuses: { 200: 'The transfer, as it is when it is over or when the time is.' },
    errors: ['file.unknown', 'file.unavailable'],
  },
  cancelFiles: {
    summary: 'Ends a transfer of the agent for good, at both machines.',
    method: 'DELETE',
    path: '/v1/files/:id',
    params: transferParam,
    output: apiTransfer,
    statuses: { 200: 'The transfer is cancelled.' },
    errors: ['file.unknown', 'file.over', 'file.unavailable', 'store.write'],
  },
  peers: {
    summary:
      'Lists this machine, those that are paired with it and programs at the relay, with the agents that they name.',
    method: 'GET',
    path: '/v1/peers',
    output: z.object({ peers: z.array(apiPeer) }),
    statuses: { 200: 'Machines and programs.' },
  },
  agent: {
    summary: 'Returns the agent whose token it is.',
    method: 'GET',
    path: '/v1/agent',
    output: z.object({
      name: agentField,
      description: z.string(),
      machine: z.string(),
      files: z.string().nullable().describe('Folder below which the agent may send files; null for none'),
    }),
    statuses: { 200: 'The agent, and the name of this machine.' },
  },
  openapi: {
    summary: 'Returns this document.',
    method: 'GET',
    path: '/v1/openapi.json',
    output: z.looseObject({ openapi: z.string() }),
    statuses: { 200: 'OpenAPI 3.1.' },
  },
});

export type MessageApiRoutes = typeof MESSAGE_API_ROUTES;
export type MessageApiRouteName = keyof MessageApiRoutes;

/** Route as server, documentation and tests read it. */
export type MessageApiRoute = Required<Pick<RouteDefinition, 'params' | 'query' | 'errors'>> &
  Omit<RouteDefinition, 'params' | 'query' | 'errors'> &
  Readonly<{ name: MessageApiRouteName }>;

/** Codes that every route may answer. */
const EVERY: readonly ApiErrorCode[] = ['api.token', 'api.origin', 'api.input', 'api.rate', 'message.unavailable'];
const WITH_BODY: readonly ApiErrorCode[] = ['api.timeout', 'api.too-large'];

/** Returns all routes, with what follows from their form. Pure. */
export function messageApiRoutes(): readonly MessageApiRoute[] {
  return Object.entries<RouteDefinition>(MESSAGE_API_ROUTES).map(([name, route]) => ({
    ...route,
    name: name as MessageApiRouteName,
    params: route.params ?? none,
    query: route.query ?? none,
    errors: [...EVERY, ...(route.input === undefined ? [] : WITH_BODY), ...(route.errors ?? [])],
  }));
}

/** Returns the route for a request's method and path, and its parameters; undefined for none. Pure. */
export function findRoute(
  method: string,
  path: string,
): Readonly<{ route: MessageApiRoute; params: Readonly<Record<string, string>> }> | undefined {
  const parts = path.split('/');
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const wanted = route.path.split('/');
    if (wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const given = parts[index] ?? '';
      if (!part.startsWith(':')) return part === given;
      params[part.slice(1)] = given;
      return true;
    });
    if (fits) return { route, params };
  }
  return undefined;
}

const ROUTES = messageApiRoutes();

/** Parses `MACHINE/AGENT`, where `program:NAME` stands for a program, or `AGENT`; undefined if the name of the agent is none. Pure. */
export function splitAddress(text: string): Readonly<{ machine: string | undefined; agent: string }> | undefined {
  const at = text.lastIndexOf('/');
  const agent = text.slice(at + 1);
  if (!AGENT_NAME.test(agent) || at === 0) return undefined;
  return { machine: at < 0 ? undefined : text.slice(0, at), agent };
}
