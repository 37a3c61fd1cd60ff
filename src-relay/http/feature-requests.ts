import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressGroup } from '#shared/forward/index.ts';
import { withTimeout } from '#shared/timeout.ts';
import { answerEmpty, answerError, type Answer, type AnswerHeaders } from './answers.ts';
import { BodyBudget } from './body-budget.ts';
import { clientAddress } from './client-address.ts';
import { hasSessionCookie, readSessionCookie } from './cookies.ts';
import { Exchange } from './exchange.ts';
import type { FeatureServerOptions } from './feature-server.ts';
import type { RelayRequest, RequestMethod, RequestRoute, ServerFeature } from './features.ts';
import { expectedError, httpError, type HttpError } from './http-error.ts';
import { hasBody, RequestBody } from './request-body.ts';
import type { RouteMatch } from './router.ts';

/** Requests of one connection, which are answered one after the other. */
type Lane = { waiting: number; last: Promise<void>; current: Exchange | undefined };

/** Answers the requests to routes of features. Created by `FeatureServer`. */
export class FeatureRequests {
  readonly #options: FeatureServerOptions;
  readonly #budget: BodyBudget;
  readonly #lanes = new WeakMap<Duplex, Lane>();
  readonly #exchanges = new Set<Exchange>();
  #streams = 0;
  #draining = false;
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: FeatureServerOptions) {
    this.#options = options;
    this.#budget = new BodyBudget(options.limits);
  }

  /** Memory of the bodies of requests that aren't answered yet, bytes. */
  get bodyBytes(): number {
    return this.#budget.total;
  }

  /**
   * Answers a request to a path of a feature.
   * @param isWaiting true if the client waits for `100 Continue`
   */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    { path, match, isWaiting }: Readonly<{ path: string; match: RouteMatch; isWaiting: boolean }>,
  ): Promise<void> {
    const lane = this.#lanes.get(request.socket) ?? { waiting: 0, last: Promise.resolve(), current: undefined };
    this.#lanes.set(request.socket, lane);
    const isFull = lane.waiting >= this.#options.limits.pipelined;
    const { last } = lane;
    const { promise: done, resolve } = Promise.withResolvers<void>();
    if (lane.waiting > 0) lane.last = last.then(() => done);
    else lane.last = done;
    lane.waiting += 1;
    try {
      if (lane.waiting > 1) await last;
      // No one would read the answer.
      if (request.socket.destroyed) return;
      await this.#run(request, response, { path, match, isWaiting, isFull, lane });
    } catch (error) {
      this.#options.failed(match.feature.name, error);
      response.destroy();
    } finally {
      lane.waiting -= 1;
      lane.current = undefined;
      resolve();
    }
  }

  /** Handles malformed or slow bytes on a connection. Returns false if no request of a feature is being answered there. */
  clientError(error: Error, socket: Duplex): boolean {
    const exchange = this.#lanes.get(socket)?.current;
    exchange?.clientError(error);
    return exchange !== undefined;
  }

  /** Ends event streams, and rejects new requests. */
  drain(): void {
    this.#draining = true;
    for (const exchange of this.#exchanges) if (exchange.isStreaming) exchange.stop();
  }

  /** Waits until running requests are answered, for a bounded time, and then tells the rest to stop. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.drain();
    if (this.#exchanges.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle = resolve;
      await withTimeout(this.#options.clock, this.#options.limits.settleTimeout, promise);
    }
    for (const exchange of this.#exchanges) exchange.stop();
  }

  async #run(
    request: IncomingMessage,
    response: ServerResponse,
    {
      path,
      match,
      isWaiting,
      isFull,
      lane,
    }: Readonly<{ path: string; match: RouteMatch; isWaiting: boolean; isFull: boolean; lane: Lane }>,
  ): Promise<void> {
    const { clock, limits, gate, trustProxy } = this.#options;
    const address = clientAddress(request, trustProxy);
    let waits = isWaiting;
    const body = new RequestBody(request, {
      clock,
      limits,
      deadline: clock.monotonic() + limits.bodyTimeout,
      budget: this.#budget,
      group: addressGroup(address),
      proceed: () => {
        if (waits) response.writeContinue();
        waits = false;
      },
    });
    const exchange = new Exchange({
      request,
      response,
      body,
      clock,
      limits,
      isWaiting: () => waits,
      streaming: () => {
        // A stream may last for days; its client is authenticated.
        gate.leave(request.socket);
      },
    });
    lane.current = exchange;
    this.#exchanges.add(exchange);
    let isStream = false;
    try {
      let answer = await this.#answer(request, { path, match, isFull, address, body, signal: exchange.signal });
      if (answer.kind === 'events') {
        if (this.#streams >= limits.streams) {
          answer = answerError(
            httpError(503, 'platform.busy', 'The relay has too many streams.', { retryAfter: 10_000 }),
          );
        } else {
          isStream = true;
          this.#streams += 1;
        }
      }
      const headers = this.#headers(match.feature);
      try {
        await exchange.send(answer, headers);
      } catch (error) {
        this.#options.failed(match.feature.name, error);
        if (response.headersSent) return;
        await exchange.send(answerError(internal()), headers);
      }
    } finally {
      if (isStream) this.#streams -= 1;
      body.release();
      gate.forget(request.socket);
      this.#exchanges.delete(exchange);
      if (this.#exchanges.size === 0) this.#idle?.();
    }
  }

  /** Returns the headers of every answer of a feature, errors included. */
  #headers(feature: ServerFeature): AnswerHeaders {
    return feature.crossOrigin === undefined ? {} : { 'Access-Control-Allow-Origin': '*' };
  }

  async #answer(
    request: IncomingMessage,
    {
      path,
      match,
      isFull,
      address,
      body,
      signal,
    }: Readonly<{
      path: string;
      match: RouteMatch;
      isFull: boolean;
      address: string;
      body: RequestBody;
      signal: AbortSignal;
    }>,
  ): Promise<Answer> {
    const { feature } = match;
    try {
      // 1. Is there room for the request, whatever it is?
      if (isFull) throw refusal(503, 'platform.busy', 'Too many requests at once on one connection.');
      if (this.#draining) {
        this.#options.refused('draining');
        throw refusal(503, 'platform.busy', 'This relay is restarting; try again in a moment.', 2000);
      }
      if (!this.#options.gate.identify(request.socket, address)) {
        this.#options.refused('busy');
        throw refusal(503, 'platform.busy', 'Too many unfinished connections from your address.', 10_000);
      }
      const wait = this.#options.admitRequest(address);
      if (wait > 0) {
        this.#options.refused('rate');
        throw refusal(429, 'platform.rate', 'Too many requests from your address.', wait);
      }
      // 2. Is there a route, and may this page use it?
      if (match.kind === 'unknown') throw httpError(404, 'platform.not-found', 'Nothing here.');
      if (match.kind === 'socket') {
        throw httpError(426, 'platform.method', 'This address speaks WebSocket only.', {
          headers: { Upgrade: 'websocket', Connection: 'Upgrade, close' },
        });
      }
      if (request.method === 'OPTIONS' && feature.crossOrigin !== undefined) return preflight(match);
      const route = routeOf(match, request.method);
      const isRead = route.method === 'GET';
      if (
        !isRead &&
        feature.crossOrigin === undefined &&
        hasSessionCookie(request) &&
        !this.#options.isSameOrigin(request)
      ) {
        this.#options.refused('origin');
        throw httpError(
          403,
          'platform.origin',
          'This request is not from a page of this relay. Programs send the address of that page as Origin, or use an API token.',
        );
      }
      // 3. The feature answers.
      return await route.handle({
        method: route.method,
        path,
        params: match.params,
        query: queryOf(request),
        headers: request.headers,
        address,
        cookie: feature.crossOrigin === undefined ? readSessionCookie(request) : undefined,
        bearer: bearerOf(request),
        hasBody: hasBody(request),
        signal,
        json: () => body.json(),
        media: (media) => body.media(media),
      } satisfies RelayRequest);
    } catch (error) {
      const expected = expectedError(error);
      if (expected !== undefined) return answerError(expected);
      if (!signal.aborted) this.#options.failed(feature.name, error);
      return answerError(internal());
    }
  }
}

/** Returns the query of a request. */
export function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

/** Returns the token of a single `Authorization: Bearer` header (RFC 6750 section 2.1); undefined if there is none. */
export function bearerOf({ headersDistinct }: IncomingMessage): string | undefined {
  const [value = '', ...more] = headersDistinct['authorization'] ?? [];
  return more.length > 0 ? undefined : /^Bearer +([A-Za-z0-9._~+/-]{1,1024}=*)$/i.exec(value)?.[1];
}

function routeOf(match: Extract<RouteMatch, { kind: 'requests' }>, method: string | undefined): RequestRoute {
  const { methods, feature } = match;
  const route = [...methods.values()].find((known) => known.method === (method === 'HEAD' ? 'GET' : method));
  if (route !== undefined) return route;
  const allow = allowed(methods, feature.crossOrigin !== undefined);
  throw httpError(405, 'platform.method', `Only ${allow}.`, { headers: { Allow: allow } });
}

/** Lists the methods of a path for people and headers. */
function allowed(methods: ReadonlyMap<RequestMethod, RequestRoute>, hasOptions: boolean): string {
  return [...methods.keys()]
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .concat(hasOptions ? ['OPTIONS'] : [])
    .join(', ');
}

/** Answers a CORS preflight (Fetch Standard 3.2.2): every origin, these methods and headers, never a cookie. */
function preflight({ methods, feature }: Extract<RouteMatch, { kind: 'requests' }>): Answer {
  return answerEmpty({
    headers: {
      Allow: allowed(methods, true),
      'Access-Control-Allow-Methods': allowed(methods, true),
      'Access-Control-Allow-Headers': (feature.crossOrigin?.headers ?? []).join(', '),
      'Access-Control-Max-Age': '600',
    },
  });
}

function internal(): HttpError {
  return httpError(500, 'platform.internal', 'The relay could not do that.');
}

/** Creates an error after which the connection closes. */
function refusal(status: number, code: Parameters<typeof httpError>[1], text: string, retryAfter?: number): HttpError {
  return httpError(status, code, text, {
    headers: { Connection: 'close' },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}
