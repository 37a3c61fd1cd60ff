import * as z from 'zod';
import { FormatError } from '../../errors.ts';
import { isWellFormed } from '../../well-formed.ts';
import { MAX_PROMPT_CHARACTERS, MAX_TOKEN_CHARACTERS, MAX_ENTRIES } from './limits.ts';
import { safeParse } from '../../safe-parse.ts';

/** Params in the OPEN frame of a prompt stream, on which one device sends a request to another device's OpenClaw. */
export const remoteParams = z.strictObject({ service: z.literal('remote'), version: z.literal(1) });
/** Params that this program sends. */
export const REMOTE_PARAMS = { service: 'remote', version: 1 } as const;

const requestId = z.string().min(1).max(128);
const gateway = z.string().min(1).max(128).optional();
/** Name of a workflow, in requests and replies. */
const workflowName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const text = z.string().max(4096);

const optionalGateway = z.strictObject({ gateway }).optional();

/**
 * First message on a prompt stream, which carries one request. Messages are one JSON object per line. Those of OpenClaw's documented skill
 * (`IncomingMessage`, `TokenChunk`, `DoneMessage`, `HeartbeatPayload`) are used unchanged; `replace`, `error`, `pending`, `workflows`, `watch` and
 * `confirm` are ClawReach's own. Rejects lone surrogates, which would reach the gateway as another character than the person saw.
 */
export const openClawRequest = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('prompt'),
      request_id: requestId,
      data: z.strictObject({
        prompt: z.string().min(1).max(MAX_PROMPT_CHARACTERS),
        session: z.string().min(1).max(512).optional(),
        gateway,
      }),
    }),
    z.strictObject({ type: z.literal('status'), request_id: requestId, data: optionalGateway }),
    z.strictObject({
      type: z.literal('restart'),
      request_id: requestId,
      /** `confirm`: the peer wants the restart, and will send `confirm` after `pending`. Undefined: the reply only lists the tasks. */
      data: z.strictObject({ gateway, confirm: z.boolean().optional() }).optional(),
    }),
    z.strictObject({
      type: z.literal('workflow'),
      request_id: requestId,
      data: z.strictObject({
        workflow: workflowName,
        params: z.record(z.string().max(64), z.unknown()).optional(),
        gateway,
      }),
    }),
    z.strictObject({ type: z.literal('workflows'), request_id: requestId, data: z.strictObject({}).optional() }),
    z.strictObject({ type: z.literal('watch'), request_id: requestId, data: optionalGateway }),
  ])
  .refine(isWellFormed, 'text with half a character');
export type OpenClawRequest = z.infer<typeof openClawRequest>;

/** Later message of the requester on the same stream. */
export const openClawFollowUp = z.strictObject({ type: z.enum(['cancel', 'confirm']), request_id: requestId });

const beat = {
  node_id: text,
  /** Seconds. */
  uptime: z.number().min(0),
  active_tasks: z.number().int().min(0),
  last_error: text.nullable(),
  connection_state: z.enum(['online', 'reconnecting', 'offline']),
};
/** Heartbeat. It has no `type`, as the skill documents. */
const heartbeatMessage = z.strictObject(beat);
export type HeartbeatMessage = z.infer<typeof heartbeatMessage>;

const content = z.string().max(MAX_TOKEN_CHARACTERS);
/** Replies of the device that has the OpenClaw, except heartbeats. */
export const openClawReply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('token'), request_id: requestId, content }),
  /** Text that replaces all tokens received so far. */
  z.strictObject({ type: z.literal('replace'), request_id: requestId, content }),
  z.strictObject({ type: z.literal('done'), request_id: requestId, task_id: text.optional() }),
  z.strictObject({ type: z.literal('status'), request_id: requestId, ...beat }),
  z.strictObject({
    type: z.literal('pending'),
    request_id: requestId,
    /** A person is being asked. */
    reason: z.literal('approval').optional(),
    /** Tasks that a restart cancels. */
    tasks: z.array(text).max(MAX_ENTRIES).optional(),
  }),
  z.strictObject({
    type: z.literal('workflows'),
    request_id: requestId,
    workflows: z.array(z.strictObject({ name: workflowName, description: z.string().max(512) })).max(MAX_ENTRIES),
  }),
  z.strictObject({
    type: z.literal('error'),
    request_id: requestId,
    code: z.string().regex(/^[a-z]+\.[a-z-]{1,40}$/),
    message: z.string().max(1024),
  }),
]);
export type OpenClawReply = z.infer<typeof openClawReply>;
export type OpenClawFollowUp = z.infer<typeof openClawFollowUp>;

/** Parses the first line of a stream. @throws {FormatError} `format.json`, `format.message` */
export function parseRequest(line: string): OpenClawRequest {
  return parse(openClawRequest, line);
}

/** Parses a later line of the requester. @throws {FormatError} `format.json`, `format.message` */
export function parseFollowUp(line: string): OpenClawFollowUp {
  return parse(openClawFollowUp, line);
}

/** Parses a line of the other device: a reply or a heartbeat. @throws {FormatError} `format.json`, `format.message` */
export function parseReply(line: string): OpenClawReply | Readonly<{ type: 'heartbeat'; beat: HeartbeatMessage }> {
  const value = json(line);
  const heartbeat = safeParse(heartbeatMessage, value);
  return heartbeat.success ? { type: 'heartbeat', beat: heartbeat.data } : check(openClawReply, value);
}

function parse<Value>(schema: z.ZodType<Value>, line: string): Value {
  return check(schema, json(line));
}

function json(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    throw new FormatError('format.json', 'a line is not JSON', { cause: error });
  }
}

function check<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const checked = safeParse(schema, value);
  if (!checked.success) throw new FormatError('format.message', 'a message is not one of the protocol');
  return checked.data;
}
