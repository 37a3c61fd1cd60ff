import * as z from 'zod';
import { MAX_COLS, MAX_ROWS } from '#shared/terminal/index.ts';

/** ID that the relay gives a session or request: a UUID in practice. It is never a path or a name here. */
const reference = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/);
/** Size of a terminal. Browsers report 0 for a hidden one. */
const cells = (most: number, usual: number) =>
  z
    .number()
    .int()
    .catch(usual)
    .transform((count) => (count < 1 ? usual : Math.min(count, most)));
const size = { cols: cells(MAX_COLS, 80), rows: cells(MAX_ROWS, 24) };

const envelope = z.object({ type: z.string().max(64), data: z.unknown() });

const sessionStart = z.object({ session_id: reference, ...size });
const stdin = z.object({ session_id: reference, data_b64: z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/) });
const resize = z.object({ session_id: reference, ...size, probe: z.boolean().catch(false).default(false) });
const sessionEnd = z.object({ session_id: reference, reason: z.string().max(256).catch('').default('') });
const helloOk = z.object({ workdir: z.string().max(4096).catch('').default('') });
const problem = z.object({ message: z.string().max(4096).catch('').default('') });

const REQUEST_TYPES = ['prompt', 'status', 'restart', 'workflow'] as const;
const requestData = z.record(z.string().max(64), z.unknown());
/** Request in the flat form of the document: `request_id` beside `type`. */
const flatRequest = z.object({ request_id: reference, data: requestData.optional() });
/** Request in the nested form of the published skill: everything in `data`. */
const nestedRequest = z.object({ data: flatRequest });

/** Form of the messages about requests: as documented, or as the published skill sends them. */
export type RequestForm = 'flat' | 'nested';

/** Request to this device's OpenClaw. */
export type PlainRequest = Readonly<{
  type: 'request';
  form: RequestForm;
  kind: (typeof REQUEST_TYPES)[number];
  requestId: string;
  data: Readonly<Record<string, unknown>>;
}>;

/** Message of a plain relay to a connector or node. */
export type PlainRelayMessage =
  | Readonly<{ type: 'hello_ok'; workdir: string }>
  | Readonly<{ type: 'error'; message: string }>
  | Readonly<{ type: 'session_start'; session: string; cols: number; rows: number }>
  | Readonly<{ type: 'stdin'; session: string; bytes: Uint8Array }>
  | Readonly<{ type: 'resize'; session: string; cols: number; rows: number; probe: boolean }>
  | Readonly<{ type: 'session_end'; session: string; reason: string }>
  | PlainRequest;

/**
 * Parses a message of a plain relay; undefined for one that is malformed or unknown, which the documented protocol ignores. Unknown fields are
 * dropped. Pure.
 */
export function parsePlainMessage(text: string): PlainRelayMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const outer = envelope.safeParse(value);
  if (!outer.success) return undefined;
  const { type, data } = outer.data;
  switch (type) {
    case 'hello_ok':
      return { type, workdir: helloOk.safeParse(data).data?.workdir ?? '' };
    case 'error':
      return { type, message: problem.safeParse(data).data?.message ?? '' };
    case 'session_start': {
      const parsed = sessionStart.safeParse(data).data;
      return parsed && { type, session: parsed.session_id, cols: parsed.cols, rows: parsed.rows };
    }
    case 'stdin': {
      const parsed = stdin.safeParse(data).data;
      return parsed && { type, session: parsed.session_id, bytes: bytesOf(parsed.data_b64) };
    }
    case 'resize': {
      const parsed = resize.safeParse(data).data;
      if (parsed === undefined) return undefined;
      const { session_id: session, cols, rows, probe } = parsed;
      return { type, session, cols, rows, probe };
    }
    case 'session_end': {
      const parsed = sessionEnd.safeParse(data).data;
      return parsed && { type, session: parsed.session_id, reason: parsed.reason };
    }
    default:
      return requestOf(type, value);
  }
}

function requestOf(type: string, value: unknown): PlainRequest | undefined {
  const kind = REQUEST_TYPES.find((known) => known === type);
  if (kind === undefined) return undefined;
  const flat = flatRequest.safeParse(value).data;
  if (flat !== undefined)
    return { type: 'request', form: 'flat', kind, requestId: flat.request_id, data: flat.data ?? {} };
  const nested = nestedRequest.safeParse(value).data?.data;
  if (nested === undefined) return undefined;
  return { type: 'request', form: 'nested', kind, requestId: nested.request_id, data: nested.data ?? {} };
}

function bytesOf(base64: string): Uint8Array {
  // Not a Buffer: its `slice` is a view.
  const buffer = Buffer.from(base64, 'base64');
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
