import { request as createRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { ForwardError } from '#shared/forward/index.ts';
import { endToEnd, valuesOf, type AbsoluteRequest, type RawHeaders } from './http-head.ts';
import { POOL_LIMITS } from './connection-pool.ts';
import type { TargetConnection } from './target-connection.ts';

/** Methods with the same effect once or twice (RFC 9110 section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
/** Methods whose requests state a length of 0 if they have no body. */
const WITH_LENGTH: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
/** Authentication schemes that log in a connection, not a request: no other client's requests may follow on it. */
const OF_CONNECTION = /^\s*(?:ntlm|negotiate)\b/i;
/** Fields that are not allowed in a trailer (RFC 9110 section 6.5.1). */
const NO_TRAILER = ['content-length', 'content-encoding', 'content-type', 'content-range', 'host', 'set-cookie'];

/** Reports whether a request may be sent to the target a second time: its method is idempotent and it has no body. */
export function canRepeat(request: IncomingMessage): boolean {
  return IDEMPOTENT.has(request.method ?? '') && !hasBody(request);
}

/**
 * For `HttpProxyServer`: sends a client's request to the target and passes the answer back to the client. Afterwards the connection is free for
 * another request, or closed.
 * @throws {Error} if there is no answer or only a part of it
 */
export async function forwardRequest(
  connection: TargetConnection,
  { authority, path }: AbsoluteRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { socket: client } = request;
  const isExpecting = request.headers.expect !== undefined;
  if (OF_CONNECTION.test(request.headers.authorization ?? '')) connection.bindTo(client);
  let isContinued = false;
  let answer: IncomingMessage | undefined;
  const outgoing = createRequest({
    method: request.method ?? 'GET',
    path,
    headers: ['Host', authority, ...endToEnd(request.rawHeaders, ['host', 'expect']), ...framing(request)],
    setHost: false,
    agent: connection.agent,
  });
  outgoing.setNoDelay = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      // Listen for every error: one without a listener ends the program.
      outgoing.on('error', reject);
      outgoing.once('upgrade', () => reject(new ForwardError('forward.failed', 'the target upgraded unasked')));
      outgoing.on('continue', () => {
        if (isExpecting && !isContinued) response.writeContinue();
        isContinued = true;
      });
      outgoing.once('response', (incoming) => {
        answer = incoming;
        incoming.on('error', reject);
        incoming.once('aborted', () => reject(new ForwardError('forward.failed', 'the answer was cut short')));
        try {
          const { status, reason } = statusOf(incoming);
          learn(connection, incoming, request);
          // The client may or may not send the body that the target did not ask for, so nothing can follow on this connection.
          const last = isExpecting && !isContinued ? ['Connection', 'close'] : [];
          response.sendDate = false;
          response.writeHead(status, reason, [...endToEnd(incoming.rawHeaders), ...last]);
        } catch (error) {
          reject(error);
          return;
        }
        incoming.once('end', () => passTrailers(incoming.rawTrailers, response));
        incoming.pipe(response);
      });
      response.once('close', resolve);
      if (hasBody(request)) {
        request.once('end', () => passTrailers(request.rawTrailers, outgoing));
        request.pipe(outgoing);
      } else {
        request.resume();
        outgoing.end();
      }
    });
  } finally {
    // Node frees the connection after both, and it may already serve the next request. In every other case the connection can't be reused.
    const isDone = answer?.readableEnded === true && outgoing.writableFinished && outgoing.shouldKeepAlive;
    if (!isDone) {
      outgoing.destroy();
      connection.destroy();
    }
  }
}

/** Status line of an answer. */
export type Status = Readonly<{ status: number; reason: string }>;

/**
 * Returns status and reason of a target's answer, without bytes that no server may send. Node's client accepts any byte in the reason and any three
 * digits (RFC 9112 section 4).
 */
export function statusOf({ statusCode, statusMessage = '' }: IncomingMessage): Status {
  if (!isStatus(statusCode)) throw noAnswer();
  return { status: statusCode, reason: statusMessage.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '') };
}

/** Reports whether a number is a valid status of an answer. */
export function isStatus(code: number | undefined): code is number {
  return code !== undefined && code >= 100 && code <= 999;
}

/** Creates the error for an answer that is not valid HTTP. */
export function noAnswer(): ForwardError {
  return new ForwardError('forward.failed', 'the target sent what is no answer');
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Returns the header lines that state the body's length, and `Expect` if the client waits for the target's consent to send the body. */
function framing({ method = '', headers }: IncomingMessage): string[] {
  const expect = headers.expect === undefined ? [] : ['Expect', headers.expect];
  // The body is sent in chunks if it came so: its length is not known.
  if (headers['transfer-encoding'] !== undefined) return [...expect, 'Transfer-Encoding', 'chunked'];
  if (headers['content-length'] === undefined && WITH_LENGTH.has(method)) return ['Content-Length', '0'];
  return expect;
}

/** Learns from the answer how long the connection may be kept, and whether it is logged in for one client. */
function learn(connection: TargetConnection, { rawHeaders }: IncomingMessage, { socket }: IncomingMessage): void {
  if (valuesOf(rawHeaders, 'www-authenticate').some((value) => OF_CONNECTION.test(value))) connection.bindTo(socket);
  const named = /\btimeout\s*=\s*(\d{1,6})/i.exec(valuesOf(rawHeaders, 'keep-alive').join(','))?.[1];
  connection.patience = Math.min(
    POOL_LIMITS.idle,
    named === undefined ? Infinity : Number(named) * 1000 - POOL_LIMITS.margin,
  );
}

/** Passes on the trailers of a chunked body; drops them if the body is not chunked or they are invalid. */
function passTrailers(
  raw: RawHeaders,
  message: Readonly<{ chunkedEncoding: boolean; addTrailers(pairs: [string, string][]): void }>,
): void {
  if (!message.chunkedEncoding) return;
  const fields = endToEnd(raw, NO_TRAILER);
  const pairs = fields.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
  );
  try {
    message.addTrailers(pairs);
  } catch {
    // The body has arrived; invalid trailers are dropped.
  }
}
