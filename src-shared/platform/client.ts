import type * as z from 'zod';
import { readBody, readPieces } from './bounded-body.ts';
import { PlatformError, platformErrorBody } from './errors.ts';
import type { AnswerForm, Route } from './route.ts';
import type { pictureInput } from './picture-fields.ts';
import { pathTo, queryOf } from './route-url.ts';
import {
  PLATFORM_ROUTES,
  type PlatformRoutes,
  type RouteInput,
  type RouteName,
  type RouteOutput,
  type RouteParams,
  type RouteQuery,
} from './routes.ts';
import { safeParse } from '../safe-parse.ts';
import { decodeServerSentEvents, EVENT_STREAM, parseJson } from './server-sent-events.ts';

/** Largest answer, bytes: an account's export. */
const LONGEST_ANSWER = 32 * 1024 * 1024;
/** Bytes of one stream of events. */
const LONGEST_STREAM = 256 * 1024 * 1024;
/** Time to wait for a whole answer, or for the beginning of a stream, ms. */
const ANSWER_TIMEOUT = 60_000;
const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';
/** Longest `Retry-After` that is believed, ms. */
const LONGEST_RETRY = 86_400_000;

type NamesOf<Form extends AnswerForm> = {
  [Name in RouteName]: PlatformRoutes[Name]['answer'] extends Form ? Name : never;
}[RouteName];

type IfAny<Fields, Key extends string> = [Fields] extends [Record<string, never>]
  ? Readonly<Partial<Record<Key, never>>>
  : Partial<Fields> extends Fields
    ? Readonly<{ [Name in Key]?: Fields }>
    : Readonly<{ [Name in Key]: Fields }>;

/** Parts of a call: those that the route has. */
type Call<Name extends RouteName> = IfAny<RouteParams<Name>, 'params'> &
  IfAny<RouteQuery<Name>, 'query'> &
  (RouteInput<Name> extends undefined
    ? Readonly<{ input?: never }>
    : undefined extends RouteInput<Name>
      ? Readonly<{ input?: RouteInput<Name> }>
      : Readonly<{ input: RouteInput<Name> }>) &
  Readonly<{ signal?: AbortSignal }>;

type CallArguments<Name extends RouteName> =
  Partial<Call<Name>> extends Call<Name> ? [call?: Call<Name>] : [call: Call<Name>];

/** Client of the accounts API. Each call throws `PlatformError`, or the reason of its signal after the caller aborted it. */
export type PlatformClient = Readonly<{
  /** Calls a route and returns its checked answer. */
  call<Name extends NamesOf<'json' | 'json-or-csv'>>(
    name: Name,
    ...call: CallArguments<Name>
  ): Promise<RouteOutput<Name>>;
  /** Returns the answer of a route as CSV. */
  csv<Name extends NamesOf<'json-or-csv'>>(name: Name, ...call: CallArguments<Name>): Promise<string>;
  /** Calls a route that streams, and returns its messages. Ending the loop early ends the request. */
  stream<Name extends NamesOf<'event-stream'>>(
    name: Name,
    ...call: CallArguments<Name>
  ): AsyncGenerator<RouteOutput<Name>, void>;
}>;

type LooseCall = Readonly<{
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, unknown>>;
  input?: unknown;
  signal?: AbortSignal;
}>;

/**
 * Creates a client of the accounts API at an origin, such as `https://relay.example`. Pages use it with the cookie of their origin, programs with an
 * API token. Sends requests to that origin only, by the given `fetch`, and follows no redirects.
 * @throws {TypeError} if `origin` isn't one
 */
export function createPlatformClient({
  origin,
  fetch,
  token,
  timeout = ANSWER_TIMEOUT,
}: Readonly<{
  origin: string;
  fetch: (url: string, options: RequestInit) => Promise<Response>;
  token?: string;
  /** Time to wait for a whole answer, or for the beginning of a stream, ms. */
  timeout?: number;
}>): PlatformClient {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) throw new TypeError('not an origin');

  const send = async (route: Route, call: LooseCall, accept: string, signal: AbortSignal): Promise<Response> => {
    const url = `${origin}${pathTo(route, call.params)}${queryOf(call.query)}`;
    const body = bodyOf(route, call.input);
    const response = await fetch(url, {
      method: route.method,
      headers: {
        Accept: accept,
        ...(body === undefined ? {} : { 'Content-Type': body.type }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: body.content }),
      credentials: token === undefined ? 'same-origin' : 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal,
    });
    if (!response.ok) throw await errorOf(response);
    const type = response.headers.get('Content-Type')?.split(';')[0]?.trim();
    if (type !== accept) throw new PlatformError('platform.protocol', 'the answer has another media type');
    return response;
  };

  /** Sends a request and reads its answer, within the time limit. */
  const exchange = async (route: Route, call: LooseCall, accept: string): Promise<string> => {
    const limit = AbortSignal.timeout(timeout);
    const signal = call.signal === undefined ? limit : AbortSignal.any([limit, call.signal]);
    try {
      const response = await send(route, call, accept, signal);
      return await readBody(response.body, LONGEST_ANSWER);
    } catch (error) {
      throw failure(error, call.signal, limit);
    }
  };

  async function* stream(route: Route, call: LooseCall): AsyncGenerator<unknown, void> {
    const limit = AbortSignal.timeout(timeout);
    // Ends the request when the caller leaves the loop. Once the stream has begun, the time limit no longer does.
    const ended = new AbortController();
    const expire = (): void => ended.abort();
    limit.addEventListener('abort', expire);
    const signal = call.signal === undefined ? ended.signal : AbortSignal.any([ended.signal, call.signal]);
    try {
      const response = await send(route, call, EVENT_STREAM, signal);
      limit.removeEventListener('abort', expire);
      for await (const value of decodeServerSentEvents(readPieces(response.body, LONGEST_STREAM))) {
        const event = checked(route, value);
        yield event;
        if (isLast(event)) return;
      }
      throw new PlatformError('platform.unreachable', 'the answer ended early');
    } catch (error) {
      throw failure(error, call.signal, limit);
    } finally {
      limit.removeEventListener('abort', expire);
      ended.abort();
    }
  }

  return {
    call: async (name, ...[call = {}]) => {
      const route = PLATFORM_ROUTES[name];
      return checked(route, parseJson(await exchange(route, call, JSON_TYPE))) as RouteOutput<typeof name>;
    },
    csv: (name, ...[call = {}]) => exchange(PLATFORM_ROUTES[name], call, CSV_TYPE),
    stream: (name, ...[call = {}]) =>
      stream(PLATFORM_ROUTES[name], call) as AsyncGenerator<RouteOutput<typeof name>, void>,
  };
}

/** Returns what is sent as the body of a request; undefined for a route without one. */
function bodyOf({ input: schema, body }: Route, input: unknown): { type: string; content: BodyInit } | undefined {
  if (schema === undefined || input === undefined) return undefined;
  if (body === 'json') return { type: JSON_TYPE, content: JSON.stringify(input) };
  const { type, bytes } = input as z.infer<typeof pictureInput>;
  return { type, content: bytes };
}

function checked(route: Route, value: unknown): unknown {
  const parsed = safeParse(route.output, value);
  if (parsed.success) return parsed.data;
  throw new PlatformError(
    'platform.protocol',
    `the answer of ${route.name} doesn't follow the contract: ${(parsed.error.issues[0]?.path ?? []).map(String).join('.')}`,
  );
}

/** Reports whether an event ends its stream; a stream that ends without one was cut off. */
function isLast(event: unknown): boolean {
  return (
    typeof event === 'object' && event !== null && 'type' in event && ['done', 'error'].includes(String(event.type))
  );
}

/** Returns the error of an answer: the relay's own, or that of a proxy in front of it. */
async function errorOf(response: Response): Promise<PlatformError> {
  const text = await readBody(response.body, 64 * 1024);
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const header = seconds >= 0 ? Math.min(seconds * 1000, LONGEST_RETRY) : undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Below: not the relay's.
  }
  const parsed = safeParse(platformErrorBody, body);
  if (parsed.success) {
    const { error, code, retryAfter = header } = parsed.data;
    return new PlatformError(code, error, { retryAfter });
  }
  const isProxy = [502, 503, 504].includes(response.status);
  return new PlatformError(
    isProxy ? 'platform.unreachable' : 'platform.protocol',
    `unexpected answer ${response.status}`,
    { retryAfter: header },
  );
}

/** Returns the error to throw: the caller's reason after an abort, else a `PlatformError`. */
function failure(error: unknown, caller: AbortSignal | undefined, limit: AbortSignal): unknown {
  if (caller?.aborted === true) return caller.reason;
  if (error instanceof PlatformError) return error;
  if (limit.aborted) return new PlatformError('platform.no-answer', 'no answer in time', { cause: error });
  return new PlatformError('platform.unreachable', 'no connection to the relay', { cause: error });
}
