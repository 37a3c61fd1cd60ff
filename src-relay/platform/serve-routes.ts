import { addressGroup } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import {
  decodeRequest,
  PICTURE_TYPES,
  PLATFORM_LIMITS,
  PLATFORM_ROUTES,
  PlatformError,
  type PlatformRequest,
  type PlatformRoutes,
  type ProjectAction,
  type Route,
  type RouteName,
  type RouteOutput,
  type Who,
} from '#shared/platform/index.ts';
import {
  answerContent,
  answerStream,
  answerEvents,
  answerJson,
  type Answer,
  type RelayRequest,
  type RequestRoute,
} from '../http/index.ts';
import type { Store } from '../store/index.ts';
import type { AccountCaller, Caller, Callers } from './caller.ts';
import { may } from './policy.ts';
import { findVisibleProject, forbidden, notFound, type VisibleProject } from './project-access.ts';
import { RouteReply } from './route-reply.ts';
import { safeParse } from '#shared/safe-parse.ts';

type WhoOf<Name extends RouteName> = PlatformRoutes[Name]['who'];

/** Request of a route whose caller, parameters, query and body were checked. IDs in `params` and `input` are UUIDs. */
export type RouteCall<Name extends RouteName> = PlatformRequest<Name> &
  Readonly<{
    /** An account, except on routes for anyone. */
    caller: WhoOf<Name> extends 'anyone' ? Caller : AccountCaller;
    /** Project that the route's action is about, and the caller's role there; undefined on other routes. */
    project: WhoOf<Name> extends `project:${string}` ? VisibleProject : undefined;
    /** Address of the client. */
    address: string;
    /** Address by which limits count the client: an IPv4 address or an IPv6 /64. */
    addressGroup: string;
    /** Headers, lower case. */
    headers: RelayRequest['headers'];
    /** Aborted once the client has gone or the relay stops. */
    signal: AbortSignal;
  }>;

/**
 * Answers the requests of one route. Thrown `PlatformError`s are answers.
 * @returns the route's output, of which unknown fields are dropped; or a `RouteReply`
 */
export type RouteHandler<Name extends RouteName> = (
  call: RouteCall<Name>,
) => Promise<RouteOutput<Name> | RouteReply<RouteOutput<Name>>>;

/** Handlers by the name of their route. */
export type RouteHandlers<Names extends RouteName = RouteName> = { readonly [Name in Names]: RouteHandler<Name> };

/** Parts of the relay that every route needs. */
export type ServeOptions = Readonly<{ clock: Clock; store: Store; callers: Callers }>;

/**
 * Returns the routes of handlers for the HTTP server. Each request is checked in this order, and the first failure is the answer: session, path
 * parameters, role in the project, step-up, query and body. So nothing of a request is parsed, and no body read, for a caller who may not send it.
 */
export function serveRoutes(handlers: Partial<RouteHandlers>, options: ServeOptions): readonly RequestRoute[] {
  return (Object.keys(handlers) as RouteName[]).flatMap((name) => {
    const handler = handlers[name];
    return handler === undefined ? [] : [serveRoute(name, handler, options)];
  });
}

function serveRoute(name: RouteName, handler: RouteHandler<RouteName>, options: ServeOptions): RequestRoute {
  const { method, path } = PLATFORM_ROUTES[name];
  return {
    method,
    path,
    async handle(request) {
      return answer(name, await handler(await check(name, request, options)));
    },
  };
}

/** Next steps of a caller whose session hasn't given its password lately. An API token never has. */
const STEP_UP = {
  api: 'an API token can not do this: sign in with the password, and send the cookie',
  web: 'give the password again (auth/step-up, which renews the cookie), or a passkey',
} as const;

function signedOut({ bearer }: RelayRequest): PlatformError {
  const text =
    bearer === undefined ? 'sign in first' : 'this API token does not count: it was mistyped, ended or has expired';
  return new PlatformError('platform.signed-out', text);
}

/** Bodies that are pictures. */
const PICTURE = { types: PICTURE_TYPES, limit: PLATFORM_LIMITS.picture };

async function check(
  name: RouteName,
  request: RelayRequest,
  { clock, store, callers }: ServeOptions,
): Promise<RouteCall<RouteName>> {
  const route: Route = PLATFORM_ROUTES[name];
  const { who } = route;
  // 1. Session.
  let caller = await callers.of(request);
  const account = caller.kind === 'account' && (who !== 'bearer' || caller.session.kind === 'api') ? caller : undefined;
  if (who !== 'anyone' && account === undefined) throw signedOut(request);
  // 2. Parameters: nothing has a malformed ID.
  const params = safeParse(route.params, request.params);
  if (!params.success) throw notFound();
  // 3. Role.
  let project: VisibleProject | undefined;
  const action = actionOf(who);
  if (action !== undefined && account !== undefined) {
    const named = params.data;
    project = await store.read((database) => findVisibleProject(database, account.account, named));
    if (!may(project.role, action)) throw forbidden();
  }
  // 4. Step-up.
  if (route.steppedUp && (account === undefined || !isSteppedUp(account, clock.now()))) {
    throw new PlatformError('platform.step-up', STEP_UP[account?.session.kind ?? 'web']);
  }
  // 5. Query and body.
  if (route.input === undefined && request.hasBody) throw new PlatformError('platform.input', 'this route has no body');
  // A body that may be missing is decoded as such.
  const hasBody = route.input !== undefined && (request.hasBody || !route.input.safeParse(undefined).success);
  const body = hasBody ? await (route.body === 'picture' ? request.media(PICTURE) : request.json()) : undefined;
  // Who sends a body slowly must not outlast the end of the session.
  if (body !== undefined && caller.kind === 'account' && !(await callers.isCurrent(caller.session.id))) {
    if (who !== 'anyone') throw new PlatformError('platform.signed-out', 'sign in first');
    caller = { kind: 'none' };
  }
  const decoded = decodeRequest(name, { params: request.params, query: request.query, body });
  const call = {
    ...decoded,
    caller,
    project,
    address: request.address,
    addressGroup: addressGroup(request.address),
    headers: request.headers,
    signal: request.signal,
  };
  return call as RouteCall<RouteName>;
}

/** Reports whether a session gave a password or passkey within the last ten minutes. Pure. @param now Unix ms */
export function isSteppedUp({ session }: AccountCaller, now: number): boolean {
  // The wall clock may be set back.
  return session.strongAt !== undefined && Math.abs(now - session.strongAt) < PLATFORM_LIMITS.stepUp;
}

function actionOf(who: Who): ProjectAction | undefined {
  return who.startsWith('project:') ? (who.slice('project:'.length) as ProjectAction) : undefined;
}

function answer(name: RouteName, result: unknown): Answer {
  const { output, status } = PLATFORM_ROUTES[name];
  if (!(result instanceof RouteReply)) return answerJson(output.parse(result), { status });
  const { form } = result as RouteReply<unknown>;
  switch (form.kind) {
    case 'json':
      return answerJson(output.parse(form.output), { status, headers: form.headers });
    case 'picture':
      return answerContent(form.type, form.content, { status: form.status, headers: form.headers });
    case 'csv':
      return answerStream('text/csv; charset=utf-8', form.chunks, {
        headers: { 'Content-Disposition': `attachment; filename="${form.file}"` },
      });
    case 'events':
      return answerEvents((stream) =>
        form.run({ send: (event) => stream.send({ data: output.parse(event) }), signal: stream.signal }),
      );
  }
}
