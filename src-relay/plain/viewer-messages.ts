import * as z from 'zod';
import { FormatError } from '#shared/errors.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { base64, cells, readEnvelope, readFields, sessionId } from './envelope.ts';

/** Size of a terminal in character cells. */
export type TerminalSize = Readonly<{ cols: number; rows: number }>;

/**
 * Message of a viewer on `/session`. IDs of sessions have the database's form. `other` is a type that the relay doesn't know, and ignores.
 *
 * | type | sent |
 * | --- | --- |
 * | `auth` | first |
 * | `session_start` | for a new session, and after a probe without an answer |
 * | `resize` | with `probe` to resume a session: the connector answers `session_started` if it has it |
 * | `stdin`, `session_end` | by the person |
 * | `ping` | every five seconds, to measure the round trip |
 */
export type ViewerMessage =
  | Readonly<{ type: 'auth'; token: string; session: string; device: string }>
  | Readonly<{ type: 'session_start'; session: string; size: TerminalSize }>
  | Readonly<{ type: 'resize'; session: string; size: TerminalSize; probe: boolean }>
  | Readonly<{ type: 'stdin'; session: string; data: string }>
  | Readonly<{ type: 'session_end'; session: string }>
  | Readonly<{ type: 'ping' }>
  | Readonly<{ type: 'other' }>;

const text = z.string().min(1).max(4096);
const auth = z.object({ token: text, session_id: text, device_id: text });
const size = { session_id: sessionId, cols: cells(80), rows: cells(24) };
const start = z.object(size);
const resize = z.object({ ...size, probe: z.boolean().optional() });
const stdin = z.object({ session_id: sessionId, data_b64: base64 });
const end = z.object({ session_id: sessionId });

/**
 * Decodes an untrusted message of a viewer. Pure.
 * @throws {FormatError} `format.plain`, with the text that the viewer gets
 */
export function decodeViewerMessage(message: string | Buffer): ViewerMessage {
  const { type, data } = readEnvelope(message);
  switch (type) {
    case 'auth': {
      const { success, data: fields } = safeParse(auth, data);
      if (!success) throw new FormatError('format.plain', 'Missing token, session_id, or device_id');
      return { type, token: fields.token, session: fields.session_id, device: fields.device_id };
    }
    case 'session_start': {
      const { session_id: session, cols, rows } = readFields(start, data);
      return { type, session, size: { cols, rows } };
    }
    case 'resize': {
      const { session_id: session, cols, rows, probe } = readFields(resize, data);
      return { type, session, size: { cols, rows }, probe: probe ?? false };
    }
    case 'stdin': {
      const { session_id: session, data_b64 } = readFields(stdin, data);
      return { type, session, data: data_b64 };
    }
    case 'session_end':
      return { type, session: readFields(end, data).session_id };
    case 'ping':
      return { type };
    default:
      return { type: 'other' };
  }
}
