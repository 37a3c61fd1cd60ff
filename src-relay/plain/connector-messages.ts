import * as z from 'zod';
import { base64, readEnvelope, readFields, sessionId, type Envelope, type JsonObject } from './envelope.ts';
import { decodeNodeMessage, type NodeMessage } from './node-messages.ts';

/** Program at the other end of `/connect`: terminals, or an OpenClaw with the skill. A device may have one of each. */
export type ProgramKind = 'connector' | 'openclaw';

/**
 * Message of a connector or node on `/connect`. IDs of sessions have the database's form. `other` is a type that the relay doesn't know, and ignores.
 *
 * | type | sent |
 * | --- | --- |
 * | `hello` | first |
 * | `session_started` | after `session_start`, and to a `resize` with `probe` of a session that the connector has |
 * | `stdout`, `session_end` | by the shell |
 * | `error` | about a session that the connector doesn't have: `session_not_found` |
 * | `meta_update` | result of trying the shell |
 */
export type ConnectorMessage =
  | Readonly<{ type: 'hello'; id: string; token: string; kind: ProgramKind }>
  | Readonly<{ type: 'session_started'; session: string }>
  | Readonly<{ type: 'stdout'; session: string; data: string }>
  | Readonly<{ type: 'session_end'; session: string; reason: string }>
  | Readonly<{ type: 'error'; session: string | undefined; message: string }>
  | Readonly<{ type: 'meta_update'; fields: JsonObject }>
  | Readonly<{ type: 'node'; message: NodeMessage }>
  | Readonly<{ type: 'other' }>;

const word = z.string().max(256);
/** Field of a hello; a malformed one counts as missing. */
const known = z.string().min(1).max(1024).optional().catch(undefined);
const hello = z.object({
  device_id: known,
  node_id: known,
  token: known,
  auth_token: known,
  meta: z.object({ kind: known }).catch({ kind: undefined }),
});
const started = z.object({ session_id: sessionId });
const stdout = z.object({ session_id: sessionId, data_b64: base64 });
const end = z.object({ session_id: sessionId, reason: word.default('') });
const failure = z.object({ session_id: sessionId.optional(), message: z.string().max(4096) });
const meta = z.object({
  shell_probe_ok: z.boolean().optional(),
  shell_probe_shell: z.string().max(1024).optional(),
  shell_probe_detail: z.string().max(4096).optional(),
});

/**
 * Decodes an untrusted message of a connector or node. Pure.
 * @throws {FormatError} `format.plain`, with the text that the sender gets
 */
export function decodeConnectorMessage(message: string | Buffer): ConnectorMessage {
  const envelope = readEnvelope(message);
  const { type, data } = envelope;
  switch (type) {
    case 'hello':
      return readHello(envelope);
    case 'session_started':
      return { type, session: readFields(started, data).session_id };
    case 'stdout': {
      const { session_id: session, data_b64 } = readFields(stdout, data);
      return { type, session, data: data_b64 };
    }
    case 'session_end': {
      const { session_id: session, reason } = readFields(end, data);
      return { type, session, reason };
    }
    case 'meta_update':
      return { type, fields: readFields(meta, data) };
    case 'error': {
      // A node's answer has a request, a connector's error has none.
      const answer = decodeNodeMessage(envelope);
      if (answer !== undefined) return { type: 'node', message: answer };
      const { session_id: session, message: text } = readFields(failure, data);
      return { type, session, message: text };
    }
    default: {
      const answer = decodeNodeMessage(envelope);
      return answer === undefined ? { type: 'other' } : { type: 'node', message: answer };
    }
  }
}

/** Reads a hello. One without ID or token has an empty one, which no device has. */
function readHello({ data }: Envelope): ConnectorMessage {
  const fields = readFields(hello, data);
  const isNode = fields.meta.kind === 'openclaw' || (fields.device_id === undefined && fields.node_id !== undefined);
  return {
    type: 'hello',
    id: fields.device_id ?? fields.node_id ?? '',
    token: fields.token ?? fields.auth_token ?? '',
    kind: isNode ? 'openclaw' : 'connector',
  };
}
