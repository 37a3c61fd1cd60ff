import * as z from 'zod';
import { PLATFORM_ERRORS, platformErrorBody, type PlatformErrorCode } from './errors.ts';
import { PICTURE_TYPES } from './picture-fields.ts';
import { parametersIn, type Route } from './route.ts';
import { PLATFORM_ROUTES } from './routes.ts';
import { signedPaths } from './signed-routes.ts';
import { EVENT_STREAM } from './server-sent-events.ts';

type Json = Readonly<Record<string, unknown>>;

/** Statuses in words, for documents without a table of their own. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted. A mail follows if there is anyone to send it to.',
};

/**
 * Creates the OpenAPI 3.1 document of the accounts API from the contract: each route with its parameters, body, answer and errors, and the requests of
 * foreign instances. The relay serves it. Pure.
 * @param version version of the relay
 */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of Object.values<Route>(PLATFORM_ROUTES)) {
    const path = route.path.replaceAll(/:([a-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'ClawReach relay, accounts API',
      description:
        'Accounts, projects, people, devices and history of a self-hosted relay. An account lists, invites and asks; only a device key opens a sealed device.',
      version,
    },
    paths: { ...paths, ...signedPaths() },
    components: {
      schemas: { Error: schemaOf(platformErrorBody) },
      securitySchemes: {
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-clawreach',
          description: 'Session of a browser. Requests other than GET must come from the same origin.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'API token. It is never stepped up.' },
      },
    },
  };
}

function operation(route: Route): Json {
  return {
    operationId: route.name,
    tags: [route.name.split('.')[0]],
    summary: route.summary,
    'x-who': route.who,
    ...(route.steppedUp ? { 'x-stepped-up': true } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.input === undefined
      ? {}
      : {
          requestBody: {
            required: !route.input.safeParse(undefined).success,
            content: bodyContent(route, route.input),
          },
        }),
    responses: { ...success(route), ...errorResponses(route.errors) },
    security: securityOf(route),
  };
}

function bodyContent({ body }: Route, input: z.ZodType): Json {
  return body === 'picture' ? PICTURE : { 'application/json': { schema: schemaOf(input) } };
}

/** Content whose bytes are a picture: OpenAPI 3.1 has no schema for bytes. */
const PICTURE: Json = Object.fromEntries(PICTURE_TYPES.map((type) => [type, {}]));

function securityOf({ who, steppedUp }: Route): readonly Json[] {
  if (who === 'anyone') return [];
  if (who === 'bearer') return [{ token: [] }];
  return steppedUp ? [{ cookie: [] }] : [{ cookie: [] }, { token: [] }];
}

function pathParameters(route: Route): readonly Json[] {
  const { shape } = route.params;
  return parametersIn(route.path).map((name) => {
    const schema = shape[name];
    if (schema === undefined) throw new TypeError(`the path parameter ${name} has no schema`);
    return { name, in: 'path', required: true, schema: schemaOf(schema as z.ZodType) };
  });
}

function queryParameters(route: Route): readonly Json[] {
  return Object.entries(route.query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(schema as z.ZodType),
  }));
}

function success(route: Route): Json {
  if (route.answer === 'picture') return answer(route.status, PICTURE);
  const schema = schemaOf(route.output);
  switch (route.answer) {
    case 'json':
      return answer(route.status, { 'application/json': { schema } });
    case 'json-or-csv':
      return answer(route.status, { 'application/json': { schema }, 'text/csv': { schema: { type: 'string' } } });
    case 'event-stream':
      return answer(route.status, {
        // OpenAPI 3.1 has no word for the schema of one event of a stream.
        [EVENT_STREAM]: { schema: { type: 'string' }, 'x-event-schema': schema },
      });
    case 'websocket':
      return { 101: { description: 'The connection is a WebSocket now.', 'x-message-schema': schema } };
  }
}

function answer(status: number, content: Json): Json {
  return { [status]: { description: STATUS_WORDS[status] ?? 'Done.', content } };
}

/** Groups errors by their status; each answer lists its codes. */
function errorResponses(errors: readonly PlatformErrorCode[]): Json {
  const byStatus = Map.groupBy(errors, (code) => PLATFORM_ERRORS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.join(', '),
        content: {
          'application/json': {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Error' }],
              properties: { code: { type: 'string', enum: codes } },
            },
          },
        },
      },
    ]),
  );
}

/** Returns the JSON Schema of what is sent: inputs before they are parsed, outputs without a ban on later fields. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return json;
}
