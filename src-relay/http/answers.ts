import { STATUS_CODES, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { EventStream } from './event-stream.ts';
import type { HttpError } from './http-error.ts';

/** Headers of an answer; a list becomes one header line for each entry. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Result of a request's handler. Created with the functions of this file. */
export type Answer =
  | Readonly<{
      kind: 'content';
      status: number;
      type: string | undefined;
      content: string | Uint8Array;
      headers: AnswerHeaders;
    }>
  | Readonly<{ kind: 'stream'; type: string; chunks: AsyncIterable<string | Uint8Array>; headers: AnswerHeaders }>
  | Readonly<{ kind: 'events'; run: (stream: EventStream) => Promise<void>; headers: AnswerHeaders }>;

/** Options of most answers. */
type AnswerOptions = Readonly<{ status?: number; headers?: AnswerHeaders }>;

/**
 * Headers of every answer of a feature: no cache keeps it, and no browser runs, frames or sniffs it. A page overrides the policy with its own.
 */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const satisfies AnswerHeaders;

/** Answers with a JSON value; status 200 by default. */
export function answerJson(body: unknown, { status = 200, headers = {} }: AnswerOptions = {}): Answer {
  return { kind: 'content', status, type: JSON_TYPE, content: JSON.stringify(body) ?? 'null', headers };
}

/** Answers without content; status 204 by default. A redirect has its `Location` in the headers. */
export function answerEmpty({ status = 204, headers = {} }: AnswerOptions = {}): Answer {
  return { kind: 'content', status, type: undefined, content: '', headers };
}

/** Answers with text or bytes of a type, such as a file of the page; status 200 by default. */
export function answerContent(
  type: string,
  content: string | Uint8Array,
  { status = 200, headers = {} }: AnswerOptions = {},
): Answer {
  return { kind: 'content', status, type, content, headers };
}

/**
 * Answers with chunks as fast as the client reads them. If the client goes away, the iteration is ended by its `return()`; an error in it cuts the
 * connection, so that the client doesn't take the part for the whole.
 */
export function answerStream(
  type: string,
  chunks: AsyncIterable<string | Uint8Array>,
  { headers = {} }: Pick<AnswerOptions, 'headers'> = {},
): Answer {
  return { kind: 'stream', type, chunks, headers };
}

/**
 * Answers with server-sent events (HTML Living Standard 9.2) until `run` resolves or the client goes away. Only for clients that are authenticated: the
 * socket no longer counts as a stranger's.
 */
export function answerEvents(
  run: (stream: EventStream) => Promise<void>,
  { headers = {} }: Pick<AnswerOptions, 'headers'> = {},
): Answer {
  return { kind: 'events', run, headers };
}

/** Reports whether the client has what an `ETag` names, by `If-None-Match` (RFC 9110 section 13.1.2). Pure. */
export function hasTag({ 'if-none-match': header = '' }: IncomingHttpHeaders, tag: string): boolean {
  return header.split(',').some((part) => part.trim().replace(/^W\//, '') === tag);
}

/** Answers with an error. */
export function answerError(error: HttpError): Answer {
  const { status, body, headers } = error;
  return answerJson(body, { status, headers });
}

/** Returns the headers of an answer for `writeHead`. */
export function answerHeaders(answer: Answer, more: AnswerHeaders): OutgoingHttpHeaders {
  const type = answer.kind === 'events' ? 'text/event-stream' : answer.type;
  return {
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...SECURITY_HEADERS,
    ...mutable(more),
    ...mutable(answer.headers),
  };
}

/** Answers an upgrade request with an error as JSON, and closes the connection. */
export function refuseUpgradeWith(socket: Duplex, error: HttpError): void {
  const body = JSON.stringify(error.body);
  const headers = {
    'Content-Type': JSON_TYPE,
    ...SECURITY_HEADERS,
    ...error.headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.once('finish', () => socket.destroy());
  socket.end([`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`, ...lines, '', body].join('\r\n'));
}

const JSON_TYPE = 'application/json; charset=utf-8';

function mutable(headers: AnswerHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}
