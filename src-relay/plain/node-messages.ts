import * as z from 'zod';
import { PLATFORM_LIMITS, type NodeEvent, type NodeRequest, type NodeStatus } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { isObject, type Envelope, type JsonObject } from './envelope.ts';

/**
 * Form of a node's messages. The document has flat ones, the published skill nested ones:
 *
 * | | flat | nested |
 * | --- | --- | --- |
 * | request | `{type, request_id, data?}` | `{type, data: {request_id, data}}` |
 * | answer | `{type, request_id, …}` | `{type: "response", data: {type, request_id, …}}` |
 * | status | the heartbeat with `request_id` | `{type: "response", data: {type: "status", request_id, …}}` |
 * | heartbeat | the bare payload | `{type: "heartbeat", data: payload}` |
 */
export type NodeForm = 'flat' | 'nested';

/** Message of a node: part of an answer, or a heartbeat. */
export type NodeMessage =
  | Readonly<{ type: 'heartbeat'; form: NodeForm }>
  | Readonly<{ type: 'answer'; form: NodeForm; request: string; event: NodeEvent }>;

/** Longest ID of a request that is looked up; ours are UUIDs. */
const LONGEST_ID = 128;
const ANSWERS = new Set(['token', 'pending', 'status', 'done', 'error']);

const status = z.object({
  node_id: z.string().overwrite((text) => cut(text, 256)),
  uptime: z.number().min(0),
  active_tasks: z.number().int().min(0),
  last_error: z
    .string()
    .overwrite((text) => cut(text, 4096))
    .nullish()
    .transform((text) => text ?? null),
  connection_state: z.enum(['online', 'reconnecting', 'offline']),
});

/** Decodes a message of a node, in either form. Undefined for anything else, also for malformed ones. Pure. */
export function decodeNodeMessage({ type, data, message }: Envelope): NodeMessage | undefined {
  if (type === undefined || type === 'heartbeat') {
    const form = type === undefined ? 'flat' : 'nested';
    const request = idIn(data);
    const payload = statusIn(data);
    if (request === undefined || payload === undefined) {
      return payload === undefined ? undefined : { type: 'heartbeat', form };
    }
    return { type: 'answer', form, request, event: { type: 'status', status: payload } };
  }
  const isNested = type === 'response';
  const fields = isNested || idIn(data) !== undefined ? data : message;
  const kind = isNested ? data['type'] : type;
  const request = idIn(fields);
  if (typeof kind !== 'string' || !ANSWERS.has(kind) || request === undefined) return undefined;
  const event = eventOf(kind, fields);
  return event === undefined ? undefined : { type: 'answer', form: isNested ? 'nested' : 'flat', request, event };
}

/**
 * Encodes a request to a node. Pure.
 * @param form undefined for a node that hasn't shown its form yet: the message has both
 */
export function encodeNodeRequest(request: NodeRequest, id: string, form: NodeForm | undefined): string {
  const content = contentOf(request);
  const nested = { request_id: id, data: content };
  switch (form) {
    case 'flat':
      return JSON.stringify({ type: request.type, request_id: id, data: content });
    case 'nested':
      return JSON.stringify({ type: request.type, data: nested });
    case undefined:
      return JSON.stringify({ type: request.type, request_id: id, data: { ...content, ...nested } });
  }
}

/** Returns the payload of a heartbeat or status, wherever a node puts it; undefined if there is none. */
function statusIn(fields: JsonObject): NodeStatus | undefined {
  for (const place of [fields, fields['status'], fields['data'], fields['payload']]) {
    const { success, data } = safeParse(status, place);
    if (success) return data;
  }
  return undefined;
}

function eventOf(type: string, fields: JsonObject): NodeEvent | undefined {
  switch (type) {
    case 'token': {
      const content = fields['content'];
      return typeof content === 'string' ? { type, content: content.toWellFormed() } : undefined;
    }
    case 'pending':
      return { type, tasks: tasksIn(fields['tasks']) };
    case 'status': {
      const payload = statusIn(fields);
      return payload === undefined
        ? { type: 'error', reason: 'node', message: 'The node sent no status.' }
        : { type, status: payload };
    }
    case 'error': {
      const text = [fields['message'], fields['error'], fields['content']].find((value) => typeof value === 'string');
      return { type, reason: 'node', message: cut(typeof text === 'string' ? text : '', 4096) };
    }
    default:
      return { type: 'done' };
  }
}

/** Returns the names of pending tasks, which are texts or objects with a name. */
function tasksIn(tasks: unknown): string[] {
  return (Array.isArray(tasks) ? tasks : [])
    .map((task: unknown) => (isObject(task) ? (task['name'] ?? task['id']) : task))
    .filter((name) => typeof name === 'string')
    .slice(0, 256)
    .map((name) => cut(name, 1024));
}

function contentOf(request: NodeRequest): JsonObject {
  switch (request.type) {
    case 'prompt':
      return { prompt: request.prompt };
    case 'workflow':
      return { workflow_id: request.workflow, params: request.params ?? {} };
    case 'status':
    case 'restart':
      return {};
  }
}

function idIn(fields: JsonObject): string | undefined {
  const id = fields['request_id'];
  return typeof id === 'string' && id.length <= LONGEST_ID ? id : undefined;
}

function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}

/** Splits the text of a token into events that the contract allows. Pure. */
export function splitToken(content: string): NodeEvent[] {
  const events: NodeEvent[] = [];
  for (let start = 0; start < content.length;) {
    let end = Math.min(content.length, start + PLATFORM_LIMITS.nodeEvent);
    // Both halves of a surrogate pair stay together.
    if (end < content.length && /[\uD800-\uDBFF]/.test(content.charAt(end - 1))) end -= 1;
    events.push({ type: 'token', content: content.slice(start, end) });
    start = end;
  }
  return events;
}
