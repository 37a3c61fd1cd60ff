import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ClawReachError } from '#shared/errors.ts';
import { statusOf, type ApiErrorBody } from '#shared/message-api/index.ts';

/** Headers of every answer. Answers are for programs: a page that gets one all the same can do nothing with it. */
const HEADERS: OutgoingHttpHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};
/** Codes after which the connection closes: the rest of the request is unread, or its sender isn't trusted. */
const CLOSING: ReadonlySet<string> = new Set(['api.token', 'api.origin', 'api.too-large', 'api.timeout']);

/** Answers with JSON. Does nothing if the program is gone. */
export function replyJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(value);
  response.writeHead(status, {
    ...HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers with an error. One without a code of the product is `internal`, and says nothing more. */
export function replyError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ClawReachError ? error : new ClawReachError('internal', 'an internal error');
  const { code, message, details } = known;
  const body: ApiErrorBody = { error: { code, message, details } };
  replyJson(response, statusOf(code), body, errorHeaders(code));
}

/** Headers that belong to the code of an error. */
export function errorHeaders(code: string): OutgoingHttpHeaders {
  return {
    ...(CLOSING.has(code) ? { Connection: 'close' } : {}),
    ...(code === 'api.token' ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(code === 'api.rate' ? { 'Retry-After': '1' } : {}),
  };
}

/** Begins a stream of server-sent events. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
}

/** Resolves when a program has read enough of its stream to get more, or the signal is aborted. */
export async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (!response.writableNeedDrain || signal.aborted) return;
  await once(response, 'drain', { signal }).catch(() => undefined);
}

/** Returns the text that moves the cursor of a stream, and is no event (WHATWG HTML, 9.2.6: the data is empty). */
export function cursorText(cursor: string): string {
  return `id: ${cursor}\n\n`;
}

/** Returns the text of an event. */
export function eventText(event: string | undefined, id: string | undefined, data: unknown): string {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    `data: ${JSON.stringify(data)}`,
  ];
  return `${lines.join('\n')}\n\n`;
}
