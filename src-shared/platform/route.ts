import * as z from 'zod';
import { instanceId } from '../foreign/index.ts';
import type { ProjectAction } from './actions.ts';
import type { PlatformErrorCode } from './errors.ts';
import { deviceId, none, uuid } from './fields.ts';
import { pictureHash } from './picture-fields.ts';

/**
 * Caller that a route is for:
 * - `anyone`: also signed out. A session, if there is one, is known to the handler.
 * - `account`: a session of an account, by cookie or bearer token.
 * - `stepped-up`: a session that gave a password or passkey within the last ten minutes. API tokens never are.
 * - `bearer`: a bearer token. A cookie doesn't count, because the route answers other origins (`/functions/v1`).
 * - `project:<action>`: an account whose role in the project may do that. The project is that of `:project`, or else the one that `:device` is in.
 *   An account without a role in it gets `platform.not-found`, as for a project that doesn't exist.
 */
export type Who = 'anyone' | 'account' | 'stepped-up' | 'bearer' | `project:${ProjectAction}`;

/** Names of path parameters. A name has the same schema in each path. */
const PATH_PARAMETERS = {
  project: uuid,
  /** ID of an account in the project. */
  person: uuid,
  invitation: uuid,
  device: deviceId,
  instance: instanceId,
  session: uuid,
  passkey: uuid,
  token: uuid,
  configuration: uuid,
  picture: pictureHash,
} as const;
type PathParameter = keyof typeof PATH_PARAMETERS;

type NamesIn<Path extends string> = Path extends `${string}/:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}/:${infer Name}`
    ? Name
    : never;

type ParamsOf<Path extends string> = z.ZodObject<
  { [Name in NamesIn<Path> & PathParameter]: (typeof PATH_PARAMETERS)[Name] },
  z.core.$strict
>;

/** Form of a route's body. `picture`: bytes of one of `PICTURE_TYPES`; `input` is `pictureInput`. */
export type BodyForm = 'json' | 'picture';

/** Form of a route's answer. `event-stream` (SSE) and `websocket` carry any number of `output`; the others one. */
export type AnswerForm = 'json' | 'json-or-csv' | 'picture' | 'event-stream' | 'websocket';

type RouteDefinition = Readonly<{
  /** Sentence for the generated documentation. */
  summary: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: `/api/v1/${string}`;
  query?: z.ZodObject;
  input?: z.ZodType;
  body?: BodyForm;
  output: z.ZodType;
  /** Codes of this route, besides those that follow from its caller and form. */
  errors?: readonly PlatformErrorCode[];
  who: Who;
  /** Also requires a stepped-up session, for routes whose `who` is an action. */
  steppedUp?: true;
  status?: 201 | 202;
  answer?: AnswerForm;
}>;

/**
 * One route of the accounts API, as server, client, documentation and tests read it. Inputs are strict. Outputs drop unknown fields: the relay passes
 * each answer through `output`, so that no column reaches an answer by mistake, and a client understands a relay of a later version.
 */
export type Route = Readonly<{
  name: string;
  summary: string;
  method: RouteDefinition['method'];
  path: string;
  params: z.ZodObject;
  query: z.ZodObject;
  /** Body; undefined if the route has none. */
  input: z.ZodType | undefined;
  body: BodyForm;
  output: z.ZodType;
  /** All codes that the route answers. */
  errors: readonly PlatformErrorCode[];
  who: Who;
  steppedUp: boolean;
  /** Status of a success. */
  status: number;
  answer: AnswerForm;
}>;

type RouteOf<Name, Definition extends RouteDefinition> = Omit<
  Route,
  'name' | 'params' | 'query' | 'input' | 'output' | 'answer'
> &
  Readonly<{
    name: Name;
    path: Definition['path'];
    method: Definition['method'];
    params: ParamsOf<Definition['path']>;
    query: Definition extends { query: infer Query extends z.ZodObject } ? Query : typeof none;
    input: Definition extends { input: infer Input extends z.ZodType } ? Input : undefined;
    output: Definition['output'];
    answer: Definition extends { answer: infer Answer extends AnswerForm } ? Answer : 'json';
    who: Definition['who'];
  }>;

/**
 * Completes the routes of one file: adds to each its name, the schema of its path's parameters, and the errors that follow from its caller and form.
 * Pure.
 */
export function defineRoutes<const Definitions extends Readonly<Record<string, RouteDefinition>>>(
  definitions: Definitions,
): { readonly [Name in keyof Definitions]: RouteOf<Name, Definitions[Name]> } {
  const routes = Object.entries<RouteDefinition>(definitions).map(([name, definition]): [string, Route] => [
    name,
    {
      ...definition,
      name,
      params: paramsOf(definition.path),
      query: definition.query ?? none,
      input: definition.input,
      body: definition.body ?? 'json',
      errors: errorsOf(definition),
      steppedUp: definition.steppedUp ?? definition.who === 'stepped-up',
      status: definition.status ?? 200,
      answer: definition.answer ?? 'json',
    },
  ]);
  return Object.fromEntries(routes) as { readonly [Name in keyof Definitions]: RouteOf<Name, Definitions[Name]> };
}

/** Names of the parameters of a path, in their order. */
export function parametersIn(path: string): readonly string[] {
  return [...path.matchAll(/\/:([a-z]+)/g)].map(([, name = '']) => name);
}

function paramsOf(path: string): z.ZodObject {
  const shape = parametersIn(path).map((name): [string, z.ZodType] => {
    if (!Object.hasOwn(PATH_PARAMETERS, name)) throw new TypeError(`the path parameter ${name} has no schema`);
    return [name, PATH_PARAMETERS[name as PathParameter]];
  });
  return z.strictObject(Object.fromEntries(shape));
}

function errorsOf({
  who,
  steppedUp,
  input,
  method,
  path,
  answer,
  errors = [],
}: RouteDefinition): readonly PlatformErrorCode[] {
  const ofProject = who.startsWith('project:');
  return [
    ...new Set<PlatformErrorCode>([
      'platform.input',
      ...(who === 'anyone' ? [] : (['platform.signed-out'] as const)),
      ...(who === 'stepped-up' || steppedUp ? (['platform.step-up'] as const) : []),
      ...(method === 'GET' && answer !== 'websocket' ? [] : (['platform.origin'] as const)),
      ...(ofProject ? (['platform.forbidden'] as const) : []),
      ...(ofProject || path.includes('/:') ? (['platform.not-found'] as const) : []),
      ...(input === undefined ? [] : (['platform.timeout', 'platform.too-large', 'platform.media-type'] as const)),
      ...errors,
      'platform.rate',
      'platform.internal',
      'platform.busy',
    ]),
  ];
}
