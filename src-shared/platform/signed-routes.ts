import * as z from 'zod';
import { receiptMessage, registerRequest, sendRequest, socketMessage, socketRegistration } from '../foreign/index.ts';
import { count, text } from './fields.ts';

type Json = Readonly<Record<string, unknown>>;

/** Answer to a refused request of a foreign instance. */
const refusal = z.object({
  status: z.enum(['refused', 'offline']),
  code: z.enum(['input', 'signature', 'clock', 'replay', 'sender', 'public-key', 'unknown', 'offline', 'rate']),
  error: text(1000),
  /** Time of the relay, s since 1970. */
  server_time: count,
  /** Time to wait before a retry, s. */
  retry_after: count.optional(),
});
const registered = z.object({ ok: z.literal(true), session: text(22), server_time: count });
const forwarded = z.object({
  id: text(64),
  status: z.literal('forwarded'),
  receipt: receiptMessage.optional(),
  public_key: text(43).optional(),
});

const REFUSED: Json = { description: 'Refused: `code` says why.', content: jsonOf(refusal) };
/** Statuses of refusals; the HTTP server's own ones have the body of the accounts API. */
const REFUSALS: Json = Object.fromEntries([400, 401, 403, 404, 409, 429].map((status) => [status, REFUSED]));
const SIGNED =
  'Signed with the key of the instance: `signature` is the HMAC-SHA256 in hexadecimal over method and path, a line feed, and the canonical form (RFC 8785) of the object without it.';

/**
 * Paths of the OpenAPI document for foreign instances, which sign their requests instead of signing in. They aren't routes of the contract: their clients
 * are programs that follow the documents of others. Pure.
 */
export function signedPaths(): Readonly<Record<string, Json>> {
  return {
    '/api/v1/register': {
      post: operation('foreign.register', 'Checks the key and clock of a foreign instance.', registerRequest, {
        200: { description: 'Done.', content: jsonOf(registered) },
      }),
    },
    '/api/v1/send': {
      post: operation('foreign.send', 'Sends a message, and waits for the receipt of its recipient.', sendRequest, {
        202: { description: 'The recipient has it.', content: jsonOf(forwarded) },
      }),
    },
    '/api/v1/ws': {
      get: {
        operationId: 'foreign.open',
        tags: ['foreign'],
        summary: 'Opens a WebSocket for messages of a foreign instance.',
        description: `The first message is a register. ${SIGNED}`,
        'x-who': 'instance',
        parameters: [],
        responses: {
          101: {
            description: 'The connection is a WebSocket now.',
            'x-register-schema': schemaOf(socketRegistration),
            'x-message-schema': schemaOf(socketMessage),
          },
        },
        security: [],
      },
    },
  };
}

function operation(operationId: string, summary: string, input: z.ZodType, success: Json): Json {
  return {
    operationId,
    tags: ['foreign'],
    summary,
    description: SIGNED,
    'x-who': 'instance',
    parameters: [],
    requestBody: { required: true, content: jsonOf(input) },
    responses: { ...success, ...REFUSALS },
    security: [],
  };
}

function jsonOf(schema: z.ZodType): Json {
  return { 'application/json': { schema: schemaOf(schema) } };
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return json;
}
