import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '#shared/clock.ts';
import { systemCode } from '#shared/errors.ts';
import { answerHeaders, type Answer, type AnswerHeaders } from './answers.ts';
import { EventStream } from './event-stream.ts';
import { httpError } from './http-error.ts';
import { hasBody, timedOut, type RequestBody } from './request-body.ts';
import type { HttpLimits } from './limits.ts';
import { dropIfStalled } from './stall-watch.ts';

/** Bytes that are written at once: whether a client takes some of an answer shows after each piece. */
const PIECE = 64 * 1024;

/** Request of a feature's route and its answer, as the server sees them. */
export type ExchangeOptions = Readonly<{
  request: IncomingMessage;
  response: ServerResponse;
  body: RequestBody;
  clock: Clock;
  limits: HttpLimits;
  /** True if the client waits for `100 Continue`, and none was sent. */
  isWaiting(): boolean;
  /** Called when an event stream begins. */
  streaming(): void;
}>;

/**
 * Sends the answer of one request, in step with the client: an answer that no one reads is cut, and the rest of a body that no one wants is dropped
 * within limits, so that the next request on the connection is read from its first byte. Created by `FeatureRequests`.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #gone = new AbortController();
  #isStreaming = false;
  /** True if the rest of the request can't be read. */
  #isBroken = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    options.response.once('close', () => this.#gone.abort());
  }

  /** Aborted once the client has gone, the answer was read or the relay stops. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Reports whether the answer is a stream of events, which ends only with the client or the relay. */
  get isStreaming(): boolean {
    return this.#isStreaming;
  }

  /** Ends a stream, and lets handlers know that the relay stops. */
  stop(): void {
    this.#gone.abort();
  }

  /** Ends the request, whose bytes are no HTTP or come too slowly. */
  clientError(error: Error): void {
    const { body, response, request } = this.#options;
    this.#isBroken = true;
    if (response.headersSent) request.socket.destroy();
    else if ('code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT') body.abort(timedOut());
    else body.abort(httpError(400, 'platform.input', 'The body is not valid HTTP.'));
  }

  /** Sends an answer, and resolves once the client has it or has gone. */
  async send(answer: Answer, more: AnswerHeaders): Promise<void> {
    const { request, response, clock, limits } = this.#options;
    if (response.destroyed || this.#gone.signal.aborted) {
      response.destroy();
      return;
    }
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    const isUnread = hasBody(request) && !request.complete;
    if (answer.kind !== 'content') {
      response.writeHead(200, {
        ...answerHeaders(answer, more),
        // Proxies pass events on at once.
        ...(answer.kind === 'events' ? { 'X-Accel-Buffering': 'no' } : {}),
        Connection: 'close',
      });
      dropIfStalled(response, clock, answer.kind === 'events' ? limits.pingInterval : limits.stallTimeout);
      request.resume();
      await this.#stream(answer);
      await closed;
      return;
    }
    const content = typeof answer.content === 'string' ? Buffer.from(answer.content) : answer.content;
    const closes = this.#isBroken || (isUnread && !this.#isSmall());
    response.writeHead(answer.status, {
      ...answerHeaders(answer, more),
      ...(answer.status === 204 || answer.status === 304 ? {} : { 'Content-Length': content.byteLength }),
      ...(closes ? { Connection: 'close' } : {}),
    });
    dropIfStalled(response, clock, limits.stallTimeout);
    if (closes && !this.#isBroken) {
      response.flushHeaders();
      const dropped = this.#dropBody();
      await this.#write(content);
      await dropped;
      response.end();
    } else {
      request.resume();
      if (content.byteLength > PIECE) {
        await this.#write(content);
        response.end();
      } else {
        response.end(content);
      }
    }
    await closed;
  }

  /** Writes bytes in pieces, each once the client has taken those before it. */
  async #write(bytes: Uint8Array): Promise<void> {
    const { response } = this.#options;
    for (let start = 0; start < bytes.byteLength && !this.signal.aborted; start += PIECE) {
      if (response.write(bytes.subarray(start, start + PIECE))) continue;
      // An answer to HEAD never drains.
      if (!response.writableNeedDrain) continue;
      await once(response, 'drain', { signal: this.signal }).catch(() => undefined);
    }
  }

  /** Reports whether the rest of the body is announced, is short and will come: only then the connection can be used again. */
  #isSmall(): boolean {
    const { request, limits } = this.#options;
    return (
      request.headers['transfer-encoding'] === undefined &&
      Number(request.headers['content-length'] ?? 0) <= limits.body &&
      !this.#options.isWaiting()
    );
  }

  /** Reads and drops a body until its end or the limits, so that the answer isn't lost: a reset follows if a socket closes with unread bytes. */
  #dropBody(): Promise<void> {
    const { request, response, clock, limits } = this.#options;
    if (this.#options.isWaiting()) return Promise.resolve();
    return new Promise((resolve) => {
      let dropped = 0;
      const timer = clock.setTimer(limits.lingerTimeout, () => finish());
      const finish = (): void => {
        timer.cancel();
        request.off('data', onData).off('end', finish);
        response.off('close', finish);
        resolve();
      };
      const onData = (chunk: Buffer): void => {
        dropped += chunk.length;
        if (dropped > limits.lingerBytes) finish();
      };
      request.on('data', onData).on('end', finish);
      response.on('close', finish);
      request.resume();
    });
  }

  async #stream(answer: Exclude<Answer, { kind: 'content' }>): Promise<void> {
    const { response, request, clock, limits } = this.#options;
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    try {
      if (answer.kind === 'stream') {
        await pipeline(Readable.from(answer.chunks, { objectMode: false }), response, { signal: this.signal });
        return;
      }
      this.#isStreaming = true;
      this.#options.streaming();
      response.flushHeaders();
      await answer.run(new EventStream(response, { clock, limits, signal: this.signal }));
      response.end();
    } catch (error) {
      // What was sent before arrives, but not the last chunk: the client sees that the answer is incomplete.
      const timer = clock.setTimer(limits.lingerTimeout, () => request.socket.destroy());
      response.once('close', () => timer.cancel());
      request.socket.destroySoon();
      if (!isAbort(error)) throw error;
    }
  }
}

/** Reports whether an error only says that the client has gone. */
function isAbort(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || systemCode(error) === 'ERR_STREAM_PREMATURE_CLOSE';
}
